import { open, seal } from "@gigtrail/platform/crypto/aead";
import type { SessionKey } from "../keys/session-keys.ts";
import { letGo } from "../payload/let-go.ts";
import { type BlockContent, readContent, writeContent } from "./block-content.ts";

/*
 * A block is what is stored of one tab: a run of chunks, scrubbed, compressed, encrypted. pack.ts says where it lies.
 *
 *   byte 0        format, now 2
 *   from byte 1   IV (12 bytes), AES-256-GCM ciphertext, tag (16 bytes); within the ciphertext, zstd of the content that
 *                 block-content.ts draws
 *
 * The authenticated context names format, workspace, session, tab, first and last chunk and block, so that no block can
 * stand in for another; the row names the block, so an older one cannot either.
 */

const FORMAT = 2;
/** Blocks of one chunk each, as they were written before blocks were merged: still read. */
const FORMAT_OF_ONE_CHUNK = 1;

/**
 * What a chunk is compressed with on its way in: at this size higher levels take longer and gain nothing (level 1 takes
 * 35 µs and gives 1/9.2 of 100 events, level 3 takes 47 µs and gives 1/9.1). Merged blocks have a level of their own.
 */
const CHUNK_ZSTD_LEVEL = 1;

/** Which block it is. */
export interface BlockId {
  workspaceId: string;
  sessionId: string;
  tabId: string;
  firstSeq: number;
  lastSeq: number;
  blockId: string;
}

/** Makes the bytes to store. Takes the content's lines: their memory is given back, and they cannot be read afterwards. */
export function sealBlock(key: SessionKey, id: BlockId, content: BlockContent, zstdLevel = CHUNK_ZSTD_LEVEL): Buffer {
  const plain = writeContent(content);
  letGo(content.ndjson);
  const compressed = Bun.zstdCompressSync(plain, { level: zstdLevel });
  letGo(plain);
  return Buffer.concat([Buffer.of(FORMAT), seal(key.bytes, compressed, contextOf(FORMAT, id))]);
}

/** Reads what sealBlock made. Throws when anything about it is not as it was. */
export function openBlock(key: SessionKey, id: BlockId, bytes: Uint8Array): BlockContent {
  const format = bytes[0];
  if (format !== FORMAT && format !== FORMAT_OF_ONE_CHUNK) {
    throw new Error(`block format ${format} is not known to this version`);
  }
  const plain = Bun.zstdDecompressSync(open(key.bytes, bytes.subarray(1), contextOf(format, id)));
  return readContent(plain, format === FORMAT_OF_ONE_CHUNK ? id.firstSeq : undefined);
}

function contextOf(format: number, { workspaceId, sessionId, tabId, firstSeq, lastSeq, blockId }: BlockId): string {
  return `gigtrail block ${format} ${workspaceId} ${sessionId} ${tabId} ${firstSeq}..${lastSeq} ${blockId}`;
}
