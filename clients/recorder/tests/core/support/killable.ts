import type { OutboxStore } from "../../../core/outbox-store.ts";
import type { UploadPort } from "../../../core/upload-port.ts";

/**
 * One life of a context: its store and its port. It ends before or after one of their calls, chosen by number; from
 * then on nothing answers any more, as when a browser kills a service worker.
 */
export class Life {
  #callsLeft: number;
  readonly #endsAfter: boolean;
  readonly #died = Promise.withResolvers<void>();
  #dead = false;

  constructor(calls: number, endsAfter: boolean) {
    this.#callsLeft = calls;
    this.#endsAfter = endsAfter;
  }

  /** Resolves when the context has been killed. */
  get died(): Promise<void> {
    return this.#died.promise;
  }

  /** Kills it now. */
  kill(): void {
    this.#dead = true;
    this.#died.resolve();
  }

  store(store: OutboxStore): OutboxStore {
    return { transact: (mode, work) => this.#live(() => store.transact(mode, work)), close: () => undefined };
  }

  port(port: UploadPort): UploadPort {
    return {
      createSession: (...args) => this.#live(() => port.createSession(...args)),
      putChunk: (...args) => this.#live(() => port.putChunk(...args)),
      putChunks: (...args) => this.#live(() => port.putChunks(...args)),
      getUploadState: (...args) => this.#live(() => port.getUploadState(...args)),
      finishSession: (...args) => this.#live(() => port.finishSession(...args)),
    };
  }

  async #live<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#callsLeft -= 1;
    const isLast = this.#callsLeft === 0;
    if (isLast && !this.#endsAfter) this.kill();
    if (this.#dead) return new Promise<never>(() => undefined);
    const result = await call();
    if (isLast) this.kill();
    if (this.#dead) return new Promise<never>(() => undefined);
    return result;
  }
}

/** A store whose contexts do not see one another's lease: two that overlap. */
export function withoutLeases(store: OutboxStore): OutboxStore {
  return {
    close: () => undefined,
    transact: (mode, work) =>
      store.transact(mode, (tx) =>
        work({ ...tx, get: (table, key) => (table === "leases" ? Promise.resolve(undefined) : tx.get(table, key)) }),
      ),
  };
}
