import { CliFailure } from "../failure.ts";

/** An event of more bytes cannot be uploaded: the server takes 128 MiB of JSON in a chunk. */
export const MAX_EVENT_BYTES = 128 * 1024 * 1024 - 2;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BYTE_ORDER_MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);

/** What may come next outside of an event. */
type Expected = "start" | "first" | "event" | "separator" | "line" | "end";

/**
 * Cuts a JSON array of objects, or objects one after the other (NDJSON), into the text of each object, while it is
 * read: only the object at hand is held. The texts are not parsed here; what is not an object is refused.
 */
export class EventSplitter {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #expected: Expected = "start";
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #count = 0;

  /** Takes the next bytes; gives the objects that end in them. */
  *push(block: Uint8Array): Generator<string, void, undefined> {
    let start = 0;
    for (let at = 0; at < block.length; at += 1) {
      const byte = block[at] ?? 0;
      if (this.#depth === 0) {
        if (!this.#isBetween(byte)) start = at;
        continue;
      }
      if (!this.#endsObject(byte)) continue;
      this.#hold(block.subarray(start, at + 1));
      yield this.#take();
    }
    if (this.#depth > 0) this.#hold(block.slice(start));
  }

  /** Says that there are no more bytes. Throws when that is too early. */
  end(): void {
    if (this.#depth > 0) throw new CliFailure(`it ends in the middle of event ${this.#count + 1}`);
    if (this.#expected === "start" || this.#count === 0) throw new CliFailure("it holds no events");
    if (this.#expected === "event" || this.#expected === "separator") {
      throw new CliFailure(`it ends after event ${this.#count} without the closing bracket`);
    }
  }

  /** Handles a byte outside of objects; false when an object begins with it. */
  #isBetween(byte: number): boolean {
    if (SPACES.has(byte) || (this.#expected === "start" && BYTE_ORDER_MARK.has(byte))) return true;
    if (this.#expected === "start" && byte === OPEN_ARRAY) this.#expected = "first";
    else if (this.#expected === "separator" && byte === COMMA) this.#expected = "event";
    else if ((this.#expected === "separator" || this.#expected === "first") && byte === CLOSE_ARRAY)
      this.#expected = "end";
    else if (byte === OPEN_OBJECT && this.#expected !== "separator" && this.#expected !== "end") {
      this.#expected = this.#expected === "start" || this.#expected === "line" ? "line" : "separator";
      this.#depth = 1;
      return false;
    } else if (this.#expected === "start") throw new CliFailure("it is neither a JSON array nor JSON lines");
    else throw new CliFailure(`what follows event ${this.#count} is not an event`);
    return true;
  }

  /** Handles a byte within an object; true when the object ends with it. */
  #endsObject(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) this.#depth -= 1;
    return this.#depth === 0;
  }

  #hold(part: Uint8Array): void {
    this.#parts.push(part);
    this.#partBytes += part.length;
    if (this.#partBytes > MAX_EVENT_BYTES) {
      throw new CliFailure(`event ${this.#count + 1} is larger than the server takes (128 MiB)`);
    }
  }

  #take(): string {
    const bytes = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    this.#count += 1;
    try {
      return this.#decoder.decode(bytes);
    } catch {
      throw new CliFailure(`event ${this.#count} is not UTF-8`);
    }
  }
}
