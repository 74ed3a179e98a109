import type { RetryPolicy } from "../../../core/retry.ts";

/** A policy that keeps the order of things but waits for nothing, and what it was asked to wait for. */
export function unhurried(maxAttempts = 10): { policy: RetryPolicy; waits: number[] } {
  const waits: number[] = [];
  const policy: RetryPolicy = {
    maxAttempts,
    baseDelayMs: 100,
    maxDelayMs: 1_000,
    random: () => 0.5,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      await Promise.resolve();
    },
  };
  return { policy, waits };
}
