import type { Splices } from "../scrub/splices.ts";

const LINE_END = 0x0a;
const FIRST_CAPACITY = 256;

/** Where the events of a chunk lie, and how to write them a line each. */
export class EventLines {
  readonly #bytes: Buffer;
  readonly #splices: Splices;
  #bounds = new Uint32Array(FIRST_CAPACITY);
  #used = 0;
  #size = 0;

  constructor(bytes: Buffer, splices: Splices) {
    this.#bytes = bytes;
    this.#splices = splices;
  }

  /** The next event lies at [start, end). */
  add(start: number, end: number): void {
    if (this.#used === this.#bounds.length) {
      const bigger = new Uint32Array(this.#bounds.length * 2);
      bigger.set(this.#bounds);
      this.#bounds = bigger;
    }
    this.#bounds[this.#used] = start;
    this.#bounds[this.#used + 1] = end;
    this.#used += 2;
    this.#size += end - start + 1;
  }

  /** The events with their splices, each ended by "\n". May write to the chunk's bytes and give a part of them. */
  toNdjson(): Buffer {
    return this.#splices.isEmpty && this.#areAdjoining() ? this.#inPlace() : this.#copied();
  }

  /** Whether one byte, a comma, is all that stands between one event and the next. */
  #areAdjoining(): boolean {
    for (let i = 2; i < this.#used; i += 2) if (this.#bounds[i]! !== this.#bounds[i - 1]! + 1) return false;
    return this.#used > 0;
  }

  /** The chunk's own bytes, its commas turned into line ends: behind the last event stands something, too. */
  #inPlace(): Buffer {
    const end = this.#bounds[this.#used - 1]!;
    for (let i = 1; i < this.#used; i += 2) this.#bytes[this.#bounds[i]!] = LINE_END;
    return this.#bytes.subarray(this.#bounds[0]!, end + 1);
  }

  #copied(): Buffer {
    const out = Buffer.allocUnsafeSlow(this.#size + this.#splices.growth);
    const writer = this.#splices.writer(this.#bytes, out);
    let at = 0;
    for (let i = 0; i < this.#used; i += 2) {
      at = writer(this.#bounds[i]!, this.#bounds[i + 1]!, at);
      out[at] = LINE_END;
      at += 1;
    }
    if (at !== out.length) throw new Error("a splice lies outside of every event");
    return out;
  }
}
