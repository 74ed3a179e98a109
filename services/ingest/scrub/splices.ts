/** What stands in place of bytes [start, end) of a text. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: Buffer;
}

/** Copies bytes [start, end) of the source, with the splices in them, to the target at `at`; returns where it ended. */
export type SpliceWriter = (start: number, end: number, at: number) => number;

/** The changes to a text, in the order of the text. */
export class Splices {
  /** How many values were masked; a splice of JSON in a string stands for all that was masked in it. */
  masked = 0;
  /** By how many bytes the text gets longer (or shorter, below 0). */
  growth = 0;
  readonly #list: Splice[] = [];

  /** Nothing is to be changed. */
  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  /** Puts `text` in place of bytes [start, end), behind every splice before; `masked` values in it were masked. */
  add(start: number, end: number, text: Buffer, masked: number): void {
    const last = this.#list.at(-1);
    if (last !== undefined && start < last.end) throw new Error("splices must not overlap");
    this.#list.push({ start, end, text });
    this.growth += text.length - (end - start);
    this.masked += masked;
  }

  /** A writer to be called for rising stretches of the source; a stretch holds a splice whole or not at all. */
  writer(source: Buffer, target: Buffer): SpliceWriter {
    let next = 0;
    return (start, end, at) => {
      let from = start;
      let to = at;
      for (let splice = this.#list[next]; splice !== undefined && splice.start < end; splice = this.#list[next]) {
        to += source.copy(target, to, from, splice.start);
        to += splice.text.copy(target, to);
        from = splice.end;
        next += 1;
      }
      return to + source.copy(target, to, from, end);
    };
  }

  /** The whole source with the splices in it. */
  apply(source: Buffer): Buffer {
    const target = Buffer.allocUnsafeSlow(source.length + this.growth);
    this.writer(source, target)(0, source.length, 0);
    return target;
  }
}
