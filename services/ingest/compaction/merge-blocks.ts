import { type BlockId, openBlock, sealBlock } from "../blocks/block.ts";
import type { BlockChunk } from "../blocks/block-content.ts";
import { splitChunks, withoutFirst } from "../blocks/split-chunks.ts";
import { SessionKey } from "../keys/session-keys.ts";
import { MERGED_ZSTD_LEVEL } from "./limits.ts";

/** A block as it is stored. */
export interface SealedBlock {
  readonly id: BlockId;
  readonly bytes: Uint8Array;
}

/** What is in a block, in numbers. */
export interface BlockMeasure {
  /** Bytes of its events, before compression. */
  readonly contentBytes: number;
  readonly chunks: readonly BlockChunk[];
}

/** Blocks to be made into one. */
export interface MergeRequest {
  /** The session's key. */
  readonly key: Uint8Array;
  /** Neighbours, in order. */
  readonly blocks: readonly SealedBlock[];
  /** How many leading events of each of their chunks are left out. */
  readonly leftOut: readonly number[];
  /** What the block is to be. */
  readonly into: BlockId;
}

/** Opens a block to see what is in it. Throws when anything about it is not as it was. */
export function measureBlock(key: Uint8Array, { id, bytes }: SealedBlock): BlockMeasure {
  const { chunks, ndjson } = openBlock(new SessionKey(key), id, bytes);
  return { contentBytes: ndjson.length, chunks };
}

/** Makes one block of several, compressed better than chunks are on their way in. */
export function mergeBlocks({ key: keyBytes, blocks, leftOut, into }: MergeRequest): Buffer {
  const key = new SessionKey(keyBytes);
  const chunks: BlockChunk[] = [];
  const times: Float64Array[] = [];
  const lines: Uint8Array[] = [];
  for (const { id, bytes } of blocks) {
    for (const chunk of splitChunks(openBlock(key, id, bytes))) {
      const { seq, eventCount, leadingEvents, pageAtEnd } = chunk;
      const out = leftOut[chunks.length] ?? 0;
      const rest = withoutFirst(chunk, out);
      chunks.push({ seq, eventCount: eventCount - out, leadingEvents: leadingEvents - out, pageAtEnd });
      times.push(rest.times);
      lines.push(rest.ndjson);
    }
  }
  const content = {
    chunks,
    times: concatTimes(times),
    ndjson: lines.length === 1 && lines[0] ? lines[0] : Buffer.concat(lines),
  };
  return sealBlock(key, into, content, MERGED_ZSTD_LEVEL);
}

function concatTimes(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
