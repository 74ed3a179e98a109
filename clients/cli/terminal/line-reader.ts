import type { Readable } from "node:stream";
import { CliFailure } from "../failure.ts";

const CTRL_C = "\u0003";
const LINE_ENDS: ReadonlySet<string> = new Set(["\r", "\n", "\u0004"]);
const BACKSPACES: ReadonlySet<string> = new Set(["\u0008", "\u007f"]);

/**
 * Reads a terminal's lines, in raw mode too, where erasing, ending and Ctrl-C are the program's own business. What was
 * typed or pasted ahead is kept for the next line.
 */
export class LineReader {
  readonly #source: Readable;
  #ahead: string[] = [];

  constructor(source: Readable) {
    this.#source = source;
  }

  /** The next line without its end. Throws when the input ends first, or on Ctrl-C. */
  async next(): Promise<string> {
    let line: string[] = [];
    for (;;) {
      const key = this.#ahead.shift() ?? (await this.#more());
      if (key === CTRL_C) throw new CliFailure("Stopped.");
      if (LINE_ENDS.has(key)) return line.join("");
      line = BACKSPACES.has(key) ? line.slice(0, -1) : [...line, key];
    }
  }

  async #more(): Promise<string> {
    this.#source.setEncoding("utf8");
    const typed = await new Promise<string>((resolve, reject) => {
      const onData = (data: string): void => {
        this.#source.off("end", onEnd);
        resolve(data);
      };
      const onEnd = (): void => {
        this.#source.off("data", onData);
        reject(new CliFailure("The input ended before there was an answer."));
      };
      this.#source.once("data", onData).once("end", onEnd).resume();
    });
    // A source that flows while nobody listens loses what it brings, and keeps the program from ending.
    this.#source.pause();
    const [first = "", ...rest] = typed.replaceAll("\r\n", "\n");
    this.#ahead = rest;
    return first;
  }
}
