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
  /** Events that are stored of it. */
  readonly eventCount: number;
  /** Earliest and latest time of its rightly dated events, in milliseconds; null where there is none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly hasFullSnapshot: boolean;
  readonly rawBytes: number;
  readonly maskedValues: number;
  readonly cutEvents: number;
  readonly misdatedEvents: number;
  readonly droppedEvents: number;
  readonly clientSentTime: Date | undefined;
  /** How far the client's clock is behind, in milliseconds, by this chunk; null where it did not say when it was sent. */
  readonly clockOffsetMs: number | null;
}

/** What became of a chunk. */
export interface ChunkOutcome {
  readonly stored: boolean;
  readonly tab: TabState;
  /** Values masked when the chunk was stored. */
  readonly maskedValues: number;
  /** Events cut out when the chunk was stored. */
  readonly cutEvents: number;
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
  /** Highest chunk with a FullSnapshot; null where there is none. */
  readonly snapshotSeq: number | null;
}
