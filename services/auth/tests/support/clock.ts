/** A clock that moves only when the test lets it. It begins at the time of day, so that tokens are good now. */
export class Clock {
  #nowMs = Date.now();

  /** Milliseconds since 1970. */
  readonly now = (): number => this.#nowMs;

  /** Lets time pass. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }
}
