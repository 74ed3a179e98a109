import type { ReadEventsResponse } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { MAX_LINE_BYTES } from "../limits.ts";

/** What of a frame is looked at. */
export type Frame = Pick<ReadEventsResponse, "tabId" | "data" | "endsLine">;

/** Says that a stream of frames is not what ingest promises. */
export class BrokenStreamError extends Error {
  override readonly name = "BrokenStreamError";
}

const NEWLINE = 10;

/** Puts the lines of a stream of frames together. Holds one line at most, which may span many frames of one tab. */
export class LineReader {
  readonly #decoder = new TextDecoder();
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #tabId = "";

  constructor(private readonly maxLineBytes = MAX_LINE_BYTES) {}

  /** The lines that a frame ends. Read them to the end before the next frame. Throws BrokenStreamError. */
  *read({ tabId, data, endsLine }: Frame): Generator<string> {
    if (this.#bytes > 0 && tabId !== this.#tabId) throw new BrokenStreamError("a line goes on in another tab");
    this.#tabId = tabId;
    const firstEnd = data.indexOf(NEWLINE);
    if (firstEnd >= 0) {
      this.#keep(data.subarray(0, firstEnd));
      yield* this.#take();
      const lastEnd = data.lastIndexOf(NEWLINE);
      if (lastEnd > firstEnd) yield* this.#decoder.decode(data.subarray(firstEnd + 1, lastEnd)).split("\n");
      this.#keep(data.subarray(lastEnd + 1));
    } else {
      this.#keep(data);
    }
    if (endsLine) yield* this.#take();
  }

  /** To be called after the last frame: throws BrokenStreamError when a line has no end. */
  end(): void {
    if (this.#bytes > 0) throw new BrokenStreamError("the stream ended within a line");
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#bytes > this.maxLineBytes) throw new BrokenStreamError(`a line of over ${this.maxLineBytes} bytes`);
    this.#parts.push(part);
  }

  /** The line in hand, if there is any of it; an empty one is no event. */
  *#take(): Generator<string> {
    const [only, ...more] = this.#parts;
    if (only === undefined) return;
    const line = this.#decoder.decode(more.length === 0 ? only : Buffer.concat(this.#parts));
    this.#parts = [];
    this.#bytes = 0;
    yield line;
  }
}
