import type { BlockId } from "../blocks/block.ts";
import type { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { SeqRanges } from "./seq-ranges.ts";

/** A chunk that was checked, masked and sealed; what is left is to write its block and to commit its row. */
export interface SealedChunk {
  readonly block: BlockId;
  /** The sealed block. */
  readonly bytes: Uint8Array;
  readonly userId: string;
  readonly seq: number;
  /** HMAC of the decoded bytes as sent, under the session's key. */
  readonly hash: Buffer;
  readonly eventCount: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly hasFullSnapshot: boolean;
  readonly rawBytes: number;
  readonly maskedValues: number;
  readonly droppedEvents: number;
  readonly clientSentTime: Date | undefined;
}

/** What became of a chunk. */
export interface ChunkOutcome {
  readonly stored: boolean;
  readonly tab: TabState;
  /** Values masked when the chunk was stored. */
  readonly maskedValues: number;
  /** The session after the transaction. */
  readonly state: SessionState;
  readonly generation: number;
  /** The session was completed, or completed anew, by this chunk's transaction. */
  readonly completed: boolean;
}

/** A tab's state after a transaction. */
export interface TabState {
  readonly tabId: string;
  readonly received: SeqRanges;
  readonly lastSeq: number | null;
  readonly hasFullSnapshot: boolean;
}
