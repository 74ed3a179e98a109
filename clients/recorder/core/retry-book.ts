import type { PauseGate } from "./pause-gate.ts";
import { backoffDelayMs, MAX_RETRY_AFTER_MS, type RetryNotice, type RetryPolicy } from "./retry.ts";
import type { UploadError } from "./upload-error.ts";
import { isGeneral } from "./verdict.ts";

/**
 * Keeps what failed from being tried again too soon. Each chunk and session rests by itself, so that one that always
 * fails holds up nobody; a failure that the others would share pauses them all.
 */
export class RetryBook {
  readonly #policy: RetryPolicy;
  readonly #gate: PauseGate;
  readonly #onRested: () => void;
  readonly #attempts = new Map<string, number>();
  readonly #resting = new Map<string, object>();
  #failuresInARow = 0;

  constructor(policy: RetryPolicy, gate: PauseGate, onRested: () => void) {
    this.#policy = policy;
    this.#gate = gate;
    this.#onRested = onRested;
  }

  /** Things that rest. */
  get restingCount(): number {
    return this.#resting.size;
  }

  /** Whether a thing rests. */
  isResting(key: string): boolean {
    return this.#resting.has(key);
  }

  /** How often a thing has failed since it last went well. */
  attemptsOf(key: string): number {
    return this.#attempts.get(key) ?? 0;
  }

  /** Notes that one call for these things failed, and lets them rest. */
  fail(keys: readonly string[], error: UploadError, signal: AbortSignal): RetryNotice {
    const attempt = Math.max(0, ...keys.map((key) => this.attemptsOf(key)));
    const delayMs = backoffDelayMs(attempt, error.retryAfterMs, this.#policy);
    for (const key of keys) this.#attempts.set(key, attempt + 1);
    this.rest(keys, delayMs, signal);
    if (isGeneral(error)) this.#pauseAll(error.retryAfterMs, signal);
    return { attempt: attempt + 1, maxAttempts: this.#policy.maxAttempts, delayMs, error };
  }

  /** Lets things rest, in milliseconds. */
  rest(keys: readonly string[], ms: number, signal: AbortSignal): void {
    const rest = {};
    for (const key of keys) this.#resting.set(key, rest);
    void this.#policy
      .sleep(ms, signal)
      .catch(() => undefined)
      .then(() => {
        for (const key of keys) if (this.#resting.get(key) === rest) this.#resting.delete(key);
        this.#onRested();
      });
  }

  /** Notes that calls for these things went well. */
  succeed(keys: readonly string[]): void {
    this.#failuresInARow = 0;
    this.forget(keys);
  }

  /** Forgets things that are dealt with. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.#attempts.delete(key);
  }

  /** Several calls that were under way together are one failure. */
  #pauseAll(retryAfterMs: number, signal: AbortSignal): void {
    if (this.#gate.closed) {
      this.#gate.pauseFor(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), signal);
      return;
    }
    this.#gate.pauseFor(backoffDelayMs(this.#failuresInARow, retryAfterMs, this.#policy), signal);
    this.#failuresInARow += 1;
  }
}
