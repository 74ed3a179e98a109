import { MAX_FRAME_BYTES } from "@gigtrail/platform/rpc/limits";

/** A run of bytes of one tab's events. */
export interface Frame {
  readonly tabId: string;
  readonly seq: number;
  readonly data: Uint8Array;
  readonly endsLine: boolean;
}

const NEWLINE = 10;

/** Cuts whole lines of one chunk into frames; a long line spans several. */
export function* toFrames(tabId: string, seq: number, lines: Uint8Array): Generator<Frame> {
  for (let start = 0; start < lines.length;) {
    const end = cut(lines, start);
    const data = lines.subarray(start, end);
    yield { tabId, seq, data, endsLine: data.at(-1) === NEWLINE };
    start = end;
  }
}

/** Where a frame ends: at the last line end that fits, or in the middle of a line that is too long for any frame. */
function cut(lines: Uint8Array, start: number): number {
  const limit = Math.min(lines.length, start + MAX_FRAME_BYTES);
  if (limit === lines.length) return limit;
  const newline = lines.lastIndexOf(NEWLINE, limit - 1);
  return newline >= start ? newline + 1 : limit;
}
