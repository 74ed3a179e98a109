const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CHECKSUM_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const MAX_BLOCK_BYTES = 128 * 1024;
/** The decoder's own limit (ZSTD_WINDOWLOG_LIMIT_DEFAULT, 27). */
const MAX_WINDOW_BYTES = 2 ** 27;

/**
 * Walks the frames of a zstd payload (RFC 8878 §3) without decompressing: bytes of content that their headers state,
 * 0 where one does not state it; undefined unless the payload is whole frames from its first byte to its last.
 */
export function contentBytesOfZstd(payload: Uint8Array): number | undefined {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  let at = 0;
  let content = 0;
  let frames = 0;
  let allStated = true;
  try {
    while (at < view.byteLength) {
      const magic = view.getUint32(at, true);
      if ((magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC) {
        at += 8 + view.getUint32(at + 4, true);
        continue;
      }
      const frame = magic === FRAME_MAGIC ? readFrame(view, at) : undefined;
      if (frame === undefined) return undefined;
      at = frame.end;
      frames += 1;
      if (frame.content === undefined) allStated = false;
      else content += frame.content;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined; // Read beyond the end.
    throw error;
  }
  if (frames === 0 || at !== view.byteLength) return undefined;
  return allStated ? content : 0;
}

interface Frame {
  end: number;
  content: number | undefined;
}

function readFrame(view: DataView, start: number): Frame | undefined {
  const descriptor = view.getUint8(start + 4);
  if ((descriptor & 0b1000) !== 0) return undefined; // Reserved bit.
  const single = (descriptor & 0b100000) !== 0;
  let at = start + 5;
  if (!single) {
    if (windowBytes(view.getUint8(at)) > MAX_WINDOW_BYTES) return undefined;
    at += 1;
  }
  at += DICTIONARY_ID_BYTES[(descriptor & 0b11) as 0 | 1 | 2 | 3];
  const sizeFlag = descriptor >>> 6;
  const content = contentBytes(view, at, sizeFlag, single);
  at += sizeFlag === 0 ? Number(single) : 2 ** sizeFlag;
  const blocksEnd = skipBlocks(view, at);
  if (blocksEnd === undefined) return undefined;
  const end = blocksEnd + ((descriptor & 0b100) !== 0 ? CHECKSUM_BYTES : 0);
  return end <= view.byteLength ? { end, content } : undefined;
}

function windowBytes(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 0b111);
}

function contentBytes(view: DataView, at: number, sizeFlag: number, single: boolean): number | undefined {
  if (sizeFlag === 0) return single ? view.getUint8(at) : undefined;
  if (sizeFlag === 1) return view.getUint16(at, true) + 256;
  if (sizeFlag === 2) return view.getUint32(at, true);
  return Number(view.getBigUint64(at, true));
}

function skipBlocks(view: DataView, start: number): number | undefined {
  let at = start;
  for (;;) {
    const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    const kind = (header >>> 1) & 0b11;
    const size = header >>> 3;
    if (kind === 3 || size > MAX_BLOCK_BYTES) return undefined;
    at += BLOCK_HEADER_BYTES + (kind === 1 ? 1 : size);
    if ((header & 1) === 1) return at;
  }
}
