import type { UploadError } from "./upload-error.ts";

/** How often and how patiently a call is repeated. */
export interface RetryPolicy {
  /** Calls in all, the first one included, where somebody waits for the end. */
  maxAttempts: number;
  /** Upper end of the first wait, in milliseconds; doubles from attempt to attempt. */
  baseDelayMs: number;
  /** No wait is longer, unless the server asks for it. */
  maxDelayMs: number;
  /** A number from 0 (included) to 1 (excluded). */
  random: () => number;
  /** Waits; rejects with the signal's reason when it is aborted. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Ten attempts with half a second to half a minute between them: about a minute of patience, as on a restart. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 10,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  random: Math.random,
  sleep,
};

/** The longest wait that a server can ask for; a longer one is cut to it, and the call may be refused once more. */
export const MAX_RETRY_AFTER_MS = 5 * 60_000;

/**
 * How long to wait after the attempt-th failure (from 0): exponential with full jitter, so that clients that failed
 * together do not come back together (Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015). What
 * the server asks for is the least, and the jitter comes on top.
 */
export function backoffDelayMs(attempt: number, retryAfterMs: number, policy: RetryPolicy): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** attempt);
  return Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) + policy.random() * ceiling;
}

/** What a caller is told before a wait. */
export interface RetryNotice {
  /** Which attempt failed, from 1. */
  attempt: number;
  /** How many there are at most. */
  maxAttempts: number;
  /** How long the wait is, in milliseconds. */
  delayMs: number;
  /** Why it failed. */
  error: UploadError;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
