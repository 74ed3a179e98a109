/**
 * Holds back everyone who is about to send while the server wants a pause. One refused or throttled call is news for
 * all the others: without this each of them would have to be refused by itself.
 */
export class PauseGate {
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  #pauses: Promise<void> = Promise.resolve();
  #pausing = 0;

  constructor(sleep: (ms: number, signal?: AbortSignal) => Promise<void>) {
    this.#sleep = sleep;
  }

  /** Whether a pause is going on. */
  get closed(): boolean {
    return this.#pausing > 0;
  }

  /** Begins a pause; one that is asked for during another runs beside it, and the longer one counts. */
  pauseFor(ms: number, signal?: AbortSignal): void {
    if (ms <= 0) return;
    this.#pausing += 1;
    const pause = this.#sleep(ms, signal)
      // Whoever waits looks at the signal; an aborted pause is simply over.
      .catch(() => undefined)
      .finally(() => {
        this.#pausing -= 1;
      });
    this.#pauses = Promise.all([this.#pauses, pause]).then(() => undefined);
  }

  /** Waits until no pause is going on. */
  async wait(signal?: AbortSignal): Promise<void> {
    while (this.closed) await this.#pauses;
    signal?.throwIfAborted();
  }
}
