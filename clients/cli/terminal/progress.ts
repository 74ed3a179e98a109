import type { CliOutput } from "../io.ts";

const BAR_CELLS = 24;
const DEFAULT_COLUMNS = 80;
/** Redrawing more often than a person can see costs time and makes recordings of the terminal large. */
const REDRAW_AFTER_MS = 100;
/** Without a terminal there is a line each time another such part is done. */
const LINE_EVERY_FRACTION = 0.25;

/** Shows how far something is: a bar where someone looks at it, plain lines where the output is kept. */
export class Progress {
  readonly #output: CliOutput;
  readonly #label: string;
  #written: Promise<void> = Promise.resolve();
  #drawnAt = 0;
  #nextLineAt = 0;
  #lastLine = "";
  #barShown = false;

  constructor(output: CliOutput, label: string) {
    this.#output = output;
    this.#label = label;
  }

  /** Shows a state: how much is done (0 to 1) and a few words about it. */
  update(fraction: number, words: string): void {
    const done = Math.min(1, Math.max(0, fraction));
    if (this.#output.isTTY) this.#drawBar(done, words);
    else if (done >= this.#nextLineAt) {
      this.#nextLineAt = (Math.floor(done / LINE_EVERY_FRACTION) + 1) * LINE_EVERY_FRACTION;
      this.#line(`${percent(done)} ${words}`);
    }
  }

  /** Says something that must not be lost in the bar, for example that a call is repeated. */
  note(words: string): void {
    this.#clearBar();
    this.#line(words);
  }

  /** Takes the bar away and waits until everything is written. */
  async end(): Promise<void> {
    this.#clearBar();
    await this.#written;
  }

  #drawBar(done: number, words: string): void {
    const now = Date.now();
    if (now - this.#drawnAt < REDRAW_AFTER_MS && done < 1) return;
    this.#drawnAt = now;
    const filled = Math.round(done * BAR_CELLS);
    const bar = `[${"#".repeat(filled)}${" ".repeat(BAR_CELLS - filled)}]`;
    const line = `${this.#label} ${bar} ${percent(done)} ${words}`;
    // A line that wraps could not be overwritten; the last column stays free for the same reason.
    this.#write(`\r${line.slice(0, (this.#output.columns ?? DEFAULT_COLUMNS) - 1)}\u001b[K`);
    this.#barShown = true;
  }

  #clearBar(): void {
    if (this.#barShown) this.#write("\r\u001b[K");
    this.#barShown = false;
    this.#drawnAt = 0;
  }

  #line(words: string): void {
    if (words === this.#lastLine) return;
    this.#lastLine = words;
    this.#write(`${this.#label}: ${words}\n`);
  }

  #write(text: string): void {
    // Nobody waits for each of these; a closed standard error is no reason to stop working.
    this.#written = this.#written.then(() => this.#output.write(text)).catch(() => undefined);
  }
}

function percent(done: number): string {
  return `${String(Math.floor(done * 100)).padStart(3)} %`;
}
