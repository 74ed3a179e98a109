/** Holds up whoever wants to pass until it is opened. */
export class Gate {
  readonly #opened = Promise.withResolvers<void>();
  readonly #reached = Promise.withResolvers<void>();

  /** Resolves when somebody stands before it. */
  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  open(): void {
    this.#opened.resolve();
  }

  /** Waits for the gate, or gives up when the signal is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    this.#reached.resolve();
    const gone = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => gone.resolve(), { once: true });
    await Promise.race([this.#opened.promise, gone.promise]);
  }
}
