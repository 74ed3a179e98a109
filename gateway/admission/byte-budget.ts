import { refusal } from "@gigtrail/platform/errors";

/** Bytes of bodies that the process has in hand at most. */
export const BODY_BUDGET_BYTES = 256 * 1024 * 1024;
const RETRY_AFTER_MS = 1_000;

/** Bounds the memory that bodies take together: what is not reserved is not read. */
export class ByteBudget {
  #used = 0;

  constructor(private readonly limitBytes: number = BODY_BUDGET_BYTES) {}

  /** Takes room for a body; call the result once when it is no longer held. Throws `server_busy`. */
  reserve(bytes: number): () => void {
    if (this.#used + bytes > this.limitBytes) throw refusal("server_busy", { retryAfterMs: RETRY_AFTER_MS });
    this.#used += bytes;
    let released = false;
    return () => {
      if (!released) this.#used -= bytes;
      released = true;
    };
  }

  /** Bytes in hand now. */
  get usedBytes(): number {
    return this.#used;
  }
}
