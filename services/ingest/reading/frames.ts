import { MAX_FRAME_BYTES } from "@gigtrail/platform/rpc/limits";

/** A run of bytes of one chunk's events. */
export interface Frame {
  readonly tabId: string;
  readonly seq: number;
  /** Place of its first event, or of the one that it goes on with, among those of the chunk that are stored. */
  readonly index: number;
  readonly data: Uint8Array;
  readonly endsLine: boolean;
}

/** Whole lines of one chunk. */
export type FrameLines = Pick<Frame, "tabId" | "seq" | "index"> & { readonly lines: Uint8Array };

const NEWLINE = 10;

/** Cuts whole lines of one chunk into frames; a long line spans several. */
export function* toFrames({ tabId, seq, index: firstIndex, lines }: FrameLines): Generator<Frame> {
  let index = firstIndex;
  for (let start = 0; start < lines.length;) {
    const end = cut(lines, start);
    const data = lines.subarray(start, end);
    yield { tabId, seq, index, data, endsLine: data.at(-1) === NEWLINE };
    start = end;
    if (start < lines.length) index += linesIn(data);
  }
}

/** Where a frame ends: at the last line end that fits, or in the middle of a line that is too long for any frame. */
function cut(lines: Uint8Array, start: number): number {
  const limit = Math.min(lines.length, start + MAX_FRAME_BYTES);
  if (limit === lines.length) return limit;
  const newline = lines.lastIndexOf(NEWLINE, limit - 1);
  return newline >= start ? newline + 1 : limit;
}

function linesIn(data: Uint8Array): number {
  let count = 0;
  for (let at = data.indexOf(NEWLINE); at !== -1; at = data.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}
