const HOUR_MS = 60 * 60_000;
/** Failures without a pause; from this one on each doubles the wait. */
export const FREE_FAILURES = 5;
/** The wait after failure number FREE_FAILURES, in milliseconds. */
export const FIRST_BLOCK_MS = 1_000;
/** The longest wait, in milliseconds: whoever guesses gets 288 tries a day, and nobody is locked out for longer. */
export const MAX_BLOCK_MS = 5 * 60_000;
/** Failures are forgotten after this long without another, in milliseconds. */
export const FORGET_FAILURES_MS = 24 * HOUR_MS;

/** The attempts on one address since its last success. Times in milliseconds since 1970. */
export interface LoginAttempts {
  readonly failures: number;
  readonly blockedUntilMs: number;
  readonly lastMs: number;
}

/** Before the first attempt. */
export const NO_ATTEMPTS: LoginAttempts = { failures: 0, blockedUntilMs: 0, lastMs: 0 };

/**
 * Counts an attempt as failed before it is looked at, so that guesses made in parallel cannot all be looked at on the
 * same count; undefined when it comes too early and is not looked at. Those that come too early prolong nothing.
 */
export function countAttempt(before: LoginAttempts, nowMs: number): LoginAttempts | undefined {
  if (nowMs < before.blockedUntilMs) return undefined;
  const failures = (nowMs - before.lastMs > FORGET_FAILURES_MS ? 0 : before.failures) + 1;
  return { failures, blockedUntilMs: nowMs + blockMs(failures), lastMs: nowMs };
}

function blockMs(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(FIRST_BLOCK_MS * 2 ** (failures - FREE_FAILURES), MAX_BLOCK_MS);
}
