import { refusal } from "@gigtrail/platform/errors";

/** Callers that wait at most; the next is told to come back. */
export const MAX_WAITING = 64;
/** When one who was turned away may come back, in milliseconds. */
const COME_BACK_MS = 2_000;

/** Lets a few through at once, the others in order of arrival, and turns away those for whom the queue is too long. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `slots`: how many are let through at once. */
  constructor(slots: number) {
    this.#free = slots;
  }

  /** Runs `work` when it is its turn. Throws `server_busy` when MAX_WAITING are waiting. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) throw refusal("server_busy", { retryAfterMs: COME_BACK_MS });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
