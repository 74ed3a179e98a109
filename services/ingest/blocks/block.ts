import { open, seal } from "@gigtrail/platform/crypto/aead";
import type { SessionKey } from "../keys/session-keys.ts";

/*
 * A block is what is stored of one tab: a run of chunks, scrubbed, compressed, encrypted. pack.ts says where it lies.
 *
 *   byte 0        format, now 1
 *   from byte 1   IV (12 bytes), AES-256-GCM ciphertext, tag (16 bytes); within the ciphertext, zstd of:
 *
 *     u32           number of events n
 *     f64 × n       their timestamps as sent, in milliseconds, so that tabs are merged without parsing events
 *     the rest      the events, newline-delimited JSON
 *
 * Numbers are little-endian. The authenticated context names format, workspace, session, tab, first and last chunk
 * and block, so that no block can stand in for another; the row names the block, so an older one cannot either.
 */

const FORMAT = 1;
const ZSTD_LEVEL = 3;

/** Which block it is. */
export interface BlockId {
  workspaceId: string;
  sessionId: string;
  tabId: string;
  firstSeq: number;
  lastSeq: number;
  blockId: string;
}

/** What is in a block. */
export interface BlockContent {
  /** Timestamps of the events, in milliseconds as sent. */
  times: Float64Array;
  /** The events, one JSON object a line. */
  ndjson: Uint8Array;
}

/** Makes the bytes to store. */
export function sealBlock(key: SessionKey, id: BlockId, { times, ndjson }: BlockContent): Buffer {
  const plain = Buffer.allocUnsafe(4 + times.length * 8 + ndjson.length);
  plain.writeUInt32LE(times.length, 0);
  for (let index = 0; index < times.length; index += 1) plain.writeDoubleLE(times[index] ?? 0, 4 + index * 8);
  plain.set(ndjson, 4 + times.length * 8);
  const compressed = Bun.zstdCompressSync(plain, { level: ZSTD_LEVEL });
  return Buffer.concat([Buffer.of(FORMAT), seal(key.bytes, compressed, contextOf(id))]);
}

/** Reads what sealBlock made. Throws when anything about it is not as it was. */
export function openBlock(key: SessionKey, id: BlockId, bytes: Uint8Array): BlockContent {
  if (bytes[0] !== FORMAT) throw new Error(`block format ${bytes[0]} is not known to this version`);
  const plain = Bun.zstdDecompressSync(open(key.bytes, bytes.subarray(1), contextOf(id)));
  const count = plain.readUInt32LE(0);
  const times = new Float64Array(count);
  for (let index = 0; index < count; index += 1) times[index] = plain.readDoubleLE(4 + index * 8);
  return { times, ndjson: plain.subarray(4 + count * 8) };
}

function contextOf({ workspaceId, sessionId, tabId, firstSeq, lastSeq, blockId }: BlockId): string {
  return `gigtrail block ${FORMAT} ${workspaceId} ${sessionId} ${tabId} ${firstSeq}..${lastSeq} ${blockId}`;
}
