/** How long what was begun may take after everything has healed, in milliseconds. */
const PATIENCE_MS = 90_000;

/** Work that goes on beside the recording. */
export class FollowUps {
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** What failed although it was repeated as long as it could be. */
  readonly failures: string[] = [];

  /** Begins a piece of work; it ends by itself, and fails when it is told to stop. */
  add(work: (stop: AbortSignal) => Promise<void>): void {
    const running: Promise<void> = work(this.#stop.signal)
      .catch((error: unknown) => void this.failures.push(String(error)))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Waits until all is done, but not for ever. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), PATIENCE_MS);
    await Promise.all(this.#running);
    clearTimeout(timer);
  }
}
