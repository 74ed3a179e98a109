/** rrweb's event types that decide where a replay can begin (rrweb EventType). */
const FULL_SNAPSHOT = 2;
const META = 4;

const NEWLINE = 0x0a;
const COMMA = 0x2c;
/** rrweb's recorder writes the type first: then a long event need not be read to its end to know what it is. */
const TYPE_FIRST = /^\{"type":(\d{1,3})[,}]/;
const TYPE_FIRST_BYTES = 16;

/**
 * Makes of events, one a line, what stands between the brackets of a JSON array that rrweb's player can play: it begins
 * with the Meta event before the first FullSnapshot and goes on with that; what comes before cannot be shown and is left
 * out. Without a FullSnapshot it is nothing. Memory holds a run of bytes, one Meta event, and where an event before the
 * first FullSnapshot (or that itself) does not begin with its type, that whole event.
 */
export class PlayableEvents {
  #begun = false;
  /** What has come of a line before the replay begins; undefined when it is known to be left out. */
  #line: Uint8Array[] | undefined = [];
  #meta: Uint8Array | undefined;
  #atLineEnd = false;

  /** What the next run of bytes gives, maybe nothing. A line may go on from run to run. */
  *take(run: Uint8Array): Generator<Uint8Array> {
    if (this.#begun) yield* this.#copy(run);
    else yield* this.#look(run);
  }

  /** Throws when the events end within a line. */
  end(): void {
    const isWhole = this.#begun ? this.#atLineEnd : this.#line?.length === 0;
    if (!isWhole) throw new Error("the events end within a line");
  }

  *#look(run: Uint8Array): Generator<Uint8Array> {
    for (let start = 0; start < run.length;) {
      const newline = run.indexOf(NEWLINE, start);
      const end = newline === -1 ? run.length : newline + 1;
      const line = this.#addToLine(run.subarray(start, end), newline !== -1);
      start = end;
      if (line === undefined) continue;
      this.#begun = true;
      for (const part of [this.#meta, ...line, run.subarray(end)]) if (part !== undefined) yield* this.#copy(part);
      return;
    }
  }

  /** Goes on in a line; gives what there is of it when it turns out to be a FullSnapshot. */
  #addToLine(piece: Uint8Array, isWhole: boolean): Uint8Array[] | undefined {
    const line = this.#line;
    line?.push(piece);
    const type = line && typeOf(line, isWhole);
    if (type === FULL_SNAPSHOT) return line;
    if (line !== undefined && type === META && isWhole) this.#meta = Buffer.concat(line);
    if (isWhole) this.#line = [];
    else if (type !== undefined && type !== META) this.#line = undefined;
    return undefined;
  }

  /** Commas instead of line ends; one at the end waits for what follows. */
  *#copy(run: Uint8Array): Generator<Uint8Array> {
    if (run.length === 0) return;
    if (this.#atLineEnd) yield Uint8Array.of(COMMA);
    this.#atLineEnd = run.at(-1) === NEWLINE;
    const copy = new Uint8Array(this.#atLineEnd ? run.subarray(0, -1) : run);
    for (let at = copy.indexOf(NEWLINE); at !== -1; at = copy.indexOf(NEWLINE, at + 1)) copy[at] = COMMA;
    if (copy.length > 0) yield copy;
  }
}

/** An event's type by what there is of its line; undefined while that does not tell. */
function typeOf(line: readonly Uint8Array[], isWhole: boolean): number | undefined {
  const head = Buffer.concat(line.slice(0, TYPE_FIRST_BYTES).map((piece) => piece.subarray(0, TYPE_FIRST_BYTES)));
  const type = TYPE_FIRST.exec(head.toString("latin1"))?.[1];
  if (type !== undefined) return Number(type);
  return isWhole ? JSON.parse(Buffer.concat(line).toString()).type : undefined;
}
