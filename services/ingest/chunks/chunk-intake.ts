import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import type { Database } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import type { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { BlockId } from "../blocks/block.ts";
import type { IngestSchema } from "../db/schema.ts";
import {
  CLOCK_LEEWAY_MS,
  MAX_BYTES_IN_HAND,
  MAX_CHUNKS_IN_HAND,
  THROTTLE_FROM_CHUNKS,
  THROTTLE_MS,
} from "../limits.ts";
import type { ChunkPreparer } from "../preparing/chunk-preparer.ts";
import type { PreparedChunk } from "../preparing/prepare-chunk.ts";
import { scrubPolicyOf } from "../settings/scrub-policy.ts";
import type { UploadGuard } from "../storage/upload-guard.ts";
import type { ChunkOutcome, SealedChunk } from "./chunk.ts";
import { GroupCommitter } from "./group-committer.ts";
import type { SessionKeyCache } from "../keys/session-key-cache.ts";
import type { SessionKey } from "../keys/session-keys.ts";

/** A chunk as it was uploaded. */
export interface UploadedChunk {
  readonly workspaceId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly tabId: string;
  readonly seq: number;
  readonly eventCount: number;
  readonly droppedEvents: number;
  readonly codec: Codec;
  readonly sha256: Uint8Array;
  readonly payload: Uint8Array;
  /** When it was sent, by the client's clock. */
  readonly clientSentTime: Date | undefined;
  /** When it arrived. */
  readonly receiveTime: Date;
}

/** What the intake stands on. */
export interface IntakeOptions {
  readonly db: Database<IngestSchema>;
  readonly blobs: BlobStore;
  readonly keys: SessionKeyCache;
  readonly preparer: ChunkPreparer;
  readonly guard: UploadGuard;
}

/** The way of a chunk: check, mask, compress, encrypt, block on disk, row committed. Only then is it acknowledged. */
export class ChunkIntake {
  readonly #committer: GroupCommitter;
  #inHand = 0;
  #bytesInHand = 0;

  constructor(private readonly options: IntakeOptions) {
    this.#committer = new GroupCommitter(options);
  }

  /** Chunks that have come and are not answered yet. */
  get inHand(): number {
    return this.#inHand;
  }

  /** How long clients should wait before they send more, in milliseconds; 0 when there is room. */
  get throttleMs(): number {
    return this.#inHand >= THROTTLE_FROM_CHUNKS ? THROTTLE_MS : 0;
  }

  /** Stores a chunk. Resolves when it is durable; rejects with its refusal. */
  async store(chunk: UploadedChunk): Promise<ChunkOutcome> {
    const { length } = chunk.payload;
    const isFull = this.#inHand >= MAX_CHUNKS_IN_HAND || this.#bytesInHand + length > MAX_BYTES_IN_HAND;
    if (isFull) throw refusal("server_busy", { retryAfterMs: THROTTLE_MS });
    this.#inHand += 1;
    // A caller that goes away takes nothing with it: what was begun holds its memory until it is done.
    this.#bytesInHand += length;
    try {
      return await this.#store(chunk);
    } finally {
      this.#inHand -= 1;
      this.#bytesInHand -= length;
    }
  }

  async #store(chunk: UploadedChunk): Promise<ChunkOutcome> {
    const { db, keys, preparer, guard } = this.options;
    const standing = await guard.admit(chunk.workspaceId);
    const key = await keys.get(db, chunk, chunk.sessionId);
    const block = blockOf(chunk);
    const { codec, payload, sha256, eventCount } = chunk;
    const latestMs = (chunk.clientSentTime ?? chunk.receiveTime).getTime() + CLOCK_LEEWAY_MS;
    const policy = scrubPolicyOf(standing.settings);
    const request = { codec, payload, sha256, eventCount, latestMs, policy, block, key: key.bytes };
    const sealing = preparer.prepare(request).then((prepared) => toSealed(chunk, prepared, key, block));
    const outcome = await this.#committer.commit(sealing);
    if (outcome.stored) guard.stored(standing, chunk.workspaceId, (await sealing).bytes.length);
    return outcome;
  }
}

function toSealed(chunk: UploadedChunk, prepared: PreparedChunk, key: SessionKey, block: BlockId): SealedChunk {
  return {
    ...prepared,
    block,
    userId: chunk.userId,
    seq: chunk.seq,
    hash: key.identityOf(chunk.sha256),
    droppedEvents: chunk.droppedEvents,
    clientSentTime: chunk.clientSentTime,
    clockOffsetMs: clockOffsetMs(chunk),
  };
}

/** How far the client's clock is behind, with the time that the chunk took to come, in milliseconds. */
export function clockOffsetMs({ clientSentTime, receiveTime }: UploadedChunk): number | null {
  return clientSentTime === undefined ? null : receiveTime.getTime() - clientSentTime.getTime();
}

function blockOf({ workspaceId, sessionId, tabId, seq }: UploadedChunk): BlockId {
  return { workspaceId, sessionId, tabId, firstSeq: seq, lastSeq: seq, blockId: newId() };
}
