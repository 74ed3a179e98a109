import type { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type BlockId, sealBlock } from "../blocks/block.ts";
import type { ScrubPolicy } from "../scrub/policy.ts";
import { SessionKey } from "../keys/session-keys.ts";
import { type DecodedChunk, decodeChunk } from "../payload/decode-chunk.ts";

/** A chunk as it came, and what its block is to be sealed with. */
export interface PrepareRequest {
  readonly codec: Codec;
  readonly payload: Uint8Array;
  readonly sha256: Uint8Array;
  readonly eventCount: number;
  /** Events that are dated later are misdated, in milliseconds since 1970. */
  readonly latestMs: number;
  readonly policy: ScrubPolicy;
  readonly block: BlockId;
  /** The session's key. */
  readonly key: Uint8Array;
}

/** A chunk as it is stored: the sealed block, and what the rows say of it. */
export interface PreparedChunk extends Omit<DecodedChunk, "ndjson" | "times"> {
  readonly bytes: Uint8Array;
}

/** Checks, cuts, masks, compresses and encrypts a chunk. Pure but for random numbers; throws the chunk's refusal. */
export function prepareChunk({ block, key, policy, ...chunk }: PrepareRequest): PreparedChunk {
  const { ndjson, times, ...figures } = decodeChunk(chunk, policy);
  const { eventCount, leadingEvents, pageAtEnd } = figures;
  const chunks = [{ seq: block.firstSeq, eventCount, leadingEvents, pageAtEnd }];
  return { ...figures, bytes: sealBlock(new SessionKey(key), block, { chunks, times, ndjson }) };
}
