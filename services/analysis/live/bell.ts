import { pause } from "@gigtrail/platform/lifecycle";

/** Says that something happened, to one who waits. Rung while nobody waits, it is heard next; often, it is heard once. */
export class Bell {
  #rung = false;
  #hear: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#hear?.();
  }

  /** Waits until it rings or rang, for `ms` at most, or until the signal is aborted. Never throws. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      const rung = new AbortController();
      this.#hear = () => rung.abort();
      const abort = () => rung.abort();
      signal.addEventListener("abort", abort, { once: true });
      if (!signal.aborted) await pause(ms, rung.signal);
      signal.removeEventListener("abort", abort);
      this.#hear = undefined;
    }
    this.#rung = false;
  }
}
