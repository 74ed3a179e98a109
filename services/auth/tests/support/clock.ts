/** A clock that a test moves. It begins at the time of day, so that tokens are good when they are verified. */
export class Clock {
  #offsetMs = 0;

  /** Milliseconds since 1970. */
  readonly now = (): number => Date.now() + this.#offsetMs;

  /** Lets time pass. */
  pass(ms: number): void {
    this.#offsetMs += ms;
  }
}
