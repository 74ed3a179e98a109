import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { backoffDelayMs, DEFAULT_RETRY_POLICY, MAX_RETRY_AFTER_MS, withRetry } from "../../core/retry.ts";
import { isRetryable, UploadError } from "../../core/upload-error.ts";
import { unhurried } from "./support/unhurried.ts";

const BUSY = { code: "resource_exhausted", reason: "server_busy" };

test("a wait is never shorter than the server asks for, nor longer than that and the ceiling", () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 60 }),
      fc.nat({ max: MAX_RETRY_AFTER_MS }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, asked, at) => {
        const delay = backoffDelayMs(attempt, asked, { ...DEFAULT_RETRY_POLICY, random: () => at });
        expect(delay).toBeGreaterThanOrEqual(asked);
        expect(delay).toBeLessThanOrEqual(asked + DEFAULT_RETRY_POLICY.maxDelayMs);
      },
    ),
  );
});

test("an absurd wait is cut", () => {
  expect(backoffDelayMs(0, 1e12, { ...DEFAULT_RETRY_POLICY, random: () => 0 })).toBe(MAX_RETRY_AFTER_MS);
});

test("waits grow from attempt to attempt and then end in the failure itself", async () => {
  const { policy, waits } = unhurried(5);
  const failure = new UploadError("busy", BUSY);
  await expect(withRetry(() => Promise.reject(failure), { policy })).rejects.toBe(failure);
  expect(waits).toEqual([50, 100, 200, 400]);
});

test("what waiting cannot mend is not repeated", async () => {
  const { policy, waits } = unhurried();
  for (const reason of ["payload_too_large", "storage_full", "too_many_tabs"]) {
    const failure = new UploadError("no", { code: "resource_exhausted", reason });
    await expect(withRetry(() => Promise.reject(failure), { policy })).rejects.toBe(failure);
  }
  const bug = new TypeError("not ours");
  await expect(withRetry(() => Promise.reject(bug), { policy })).rejects.toBe(bug);
  expect(waits).toEqual([]);
});

test("a body that was damaged on its way is sent again, one that is wrong is not", () => {
  const refused = (reason: string) => new UploadError("no", { code: "invalid_argument", reason });
  expect(["body_truncated", "sha256_mismatch", "body_not_gzip"].map((reason) => isRetryable(refused(reason)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(["json_invalid", "event_invalid", "seq_too_far"].map((reason) => isRetryable(refused(reason)))).toEqual([
    false,
    false,
    false,
  ]);
});

test("who stops while waiting is not made to wait", async () => {
  const stop = new AbortController();
  const failure = new UploadError("busy", { ...BUSY, retryAfterMs: 60_000 });
  const call = withRetry(() => Promise.reject(failure), {
    policy: DEFAULT_RETRY_POLICY,
    signal: stop.signal,
    onRetry: () => setTimeout(() => stop.abort(new Error("stopped")), 1),
  });
  await expect(call).rejects.toThrow("stopped");
});
