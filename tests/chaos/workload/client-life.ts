import type { OutboxStore } from "@gigtrail/recorder/core/outbox-store";
import type { UploadPort } from "@gigtrail/recorder/core/upload-port";

/**
 * One life of a client: what it has in memory and its calls. When it is killed, nothing answers it any more and its
 * connections end in the middle of what they carry; what its store has committed stays, as IndexedDB's does.
 */
export class ClientLife {
  readonly #ending = new AbortController();
  readonly #died = Promise.withResolvers<"died">();

  /** Resolves when it has been killed. */
  get died(): Promise<"died"> {
    return this.#died.promise;
  }

  get isOver(): boolean {
    return this.#ending.signal.aborted;
  }

  kill(): void {
    this.#ending.abort();
    this.#died.resolve("died");
  }

  /** The store as this life sees it. */
  store(store: OutboxStore): OutboxStore {
    return { transact: (mode, work) => this.#live(() => store.transact(mode, work)), close: () => undefined };
  }

  /** The server as this life reaches it. */
  port(port: UploadPort): UploadPort {
    const until = (signal?: AbortSignal) =>
      signal === undefined ? this.#ending.signal : AbortSignal.any([signal, this.#ending.signal]);
    return {
      createSession: (id, name, signal) => this.#live(() => port.createSession(id, name, until(signal))),
      putChunk: (id, tab, chunk, signal) => this.#live(() => port.putChunk(id, tab, chunk, until(signal))),
      putChunks: (chunks, signal) => this.#live(() => port.putChunks(chunks, until(signal))),
      getUploadState: (id, signal) => this.#live(() => port.getUploadState(id, until(signal))),
      finishSession: (id, tabs, signal) => this.#live(() => port.finishSession(id, tabs, until(signal))),
    };
  }

  async #live<Result>(call: () => Promise<Result>): Promise<Result> {
    const never = new Promise<never>(() => undefined);
    if (this.isOver) return never;
    try {
      const result = await call();
      return this.isOver ? await never : result;
    } catch (error) {
      if (this.isOver) return never;
      throw error;
    }
  }
}
