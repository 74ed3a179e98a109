import { EVENT_COLUMNS } from "../datasets/event-columns.ts";
import type { StoredFormat } from "../db/schema.ts";
import type { EventRun } from "../sources/read-events.ts";
import { csvHeader } from "./csv-rows.ts";

/** How an event's line is put around its bytes. */
interface Frame {
  readonly head: Uint8Array;
  before(sessionId: string, run: EventRun): string;
  readonly after: string;
  /** Every quotation mark of an event becomes this. */
  readonly quote: string;
}

const FRAMES: Readonly<Record<StoredFormat, Frame>> = {
  ndjson: {
    head: new Uint8Array(),
    before: (sessionId, { tabId, seq }) => `{"session_id":"${sessionId}","tab_id":"${tabId}","seq":${seq},"event":`,
    after: "}\n",
    quote: '"',
  },
  // An event is a JSON object: it begins with a brace, which no spreadsheet takes for a formula.
  csv: {
    head: csvHeader(EVENT_COLUMNS.map((column) => ("csvName" in column ? column.csvName : column.name))),
    before: (sessionId, { tabId, seq }) => `${sessionId},${tabId},${seq},"`,
    after: '"\r\n',
    quote: '""',
  },
};

/**
 * Writes events without holding one whole: an event of 100 MB passes through in runs. The bytes are handled as
 * latin1, in which every byte is a character, so that they come out as they went in.
 */
export class EventWriter {
  readonly #frame: Frame;
  #atLineStart = true;

  constructor(format: StoredFormat) {
    this.#frame = FRAMES[format];
  }

  /** What the file begins with. */
  get head(): Uint8Array {
    return this.#frame.head;
  }

  /** No event is half written. */
  get atLineStart(): boolean {
    return this.#atLineStart;
  }

  /** Writes a run; `rows` is how many events end in it. */
  write(sessionId: string, run: EventRun): { bytes: Uint8Array; rows: number } {
    const { after, quote } = this.#frame;
    const before = this.#frame.before(sessionId, run);
    const lines = Buffer.from(run.data.buffer, run.data.byteOffset, run.data.length).toString("latin1").split("\n");
    // After the last line end nothing follows; otherwise the last line goes on in the next run.
    const unfinished = lines.pop() ?? "";
    let text = "";
    for (const line of lines) text += this.#begin(before) + quoted(line, quote) + this.#end(after);
    if (unfinished !== "") text += this.#begin(before) + quoted(unfinished, quote);
    return { bytes: Buffer.from(text, "latin1"), rows: lines.length };
  }

  #begin(before: string): string {
    if (!this.#atLineStart) return "";
    this.#atLineStart = false;
    return before;
  }

  #end(after: string): string {
    this.#atLineStart = true;
    return after;
  }
}

function quoted(line: string, quote: string): string {
  return quote === '"' ? line : line.replaceAll('"', quote);
}
