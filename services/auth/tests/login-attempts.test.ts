import { expect, test } from "bun:test";
import { countAttempt, FREE_FAILURES, MAX_BLOCK_MS, NO_ATTEMPTS } from "../throttle/login-attempts.ts";
import { randomNumbers } from "./support/random.ts";

const DAY_MS = 24 * 60 * 60_000;

test("whoever guesses without end gets some hundred tries a day, and is never locked out for longer than the bound", () => {
  let attempts = NO_ATTEMPTS;
  let looked = 0;
  for (let nowMs = DAY_MS; nowMs < 2 * DAY_MS; nowMs += 500) {
    const counted = countAttempt(attempts, nowMs);
    if (counted === undefined) continue;
    looked += 1;
    attempts = counted;
    expect(attempts.blockedUntilMs - nowMs).toBeLessThanOrEqual(MAX_BLOCK_MS);
  }
  expect(looked).toBeLessThan(FREE_FAILURES + 10 + DAY_MS / MAX_BLOCK_MS);
});

test("whoever waits as long as they were told is always looked at", () => {
  const random = randomNumbers(1);
  let attempts = NO_ATTEMPTS;
  let nowMs = DAY_MS;
  for (let round = 0; round < 1_000; round += 1) {
    const tooEarly = attempts.blockedUntilMs - 1 - random(1_000);
    if (tooEarly > nowMs) expect(countAttempt(attempts, tooEarly)).toBeUndefined();
    nowMs = Math.max(nowMs + random(10_000), attempts.blockedUntilMs);
    attempts = countAttempt(attempts, nowMs) ?? NO_ATTEMPTS;
    expect(attempts.lastMs).toBe(nowMs);
  }
});
