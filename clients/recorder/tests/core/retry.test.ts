import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { PauseGate } from "../../core/pause-gate.ts";
import { backoffDelayMs, DEFAULT_RETRY_POLICY, MAX_RETRY_AFTER_MS } from "../../core/retry.ts";
import { RetryBook } from "../../core/retry-book.ts";
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

test("waits grow from attempt to attempt, and begin anew after a success", () => {
  const { policy, waits } = unhurried();
  const book = new RetryBook(policy, new PauseGate(policy.sleep), () => undefined);
  const failure = new UploadError("no", { code: "internal", reason: "internal" });
  const { signal } = new AbortController();
  for (let times = 0; times < 4; times += 1) book.fail(["chunk"], failure, signal);
  expect(waits).toEqual([50, 100, 200, 400]);
  book.succeed(["chunk"]);
  expect(book.fail(["chunk"], failure, signal)).toMatchObject({ attempt: 1, delayMs: 50 });
});

test("a failure that says nothing of the chunk pauses all, one of the chunk itself only that chunk", async () => {
  const { policy } = unhurried();
  const pause = Promise.withResolvers<void>();
  const gate = new PauseGate(() => pause.promise);
  const book = new RetryBook(policy, gate, () => undefined);
  const { signal } = new AbortController();
  book.fail(["chunk"], new UploadError("no", { code: "internal", reason: "internal" }), signal);
  expect([gate.closed, book.isResting("chunk"), book.isResting("other")]).toEqual([false, true, false]);
  book.fail(["chunk"], new UploadError("busy", BUSY), signal);
  expect(gate.closed).toBe(true);
  pause.resolve();
  await gate.wait();
});

test("what waiting cannot mend is not for repeating", () => {
  for (const reason of ["payload_too_large", "storage_full", "too_many_tabs"]) {
    expect(isRetryable(new UploadError("no", { code: "resource_exhausted", reason }))).toBe(false);
  }
  expect(isRetryable(new TypeError("not ours"))).toBe(false);
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
  const waiting = DEFAULT_RETRY_POLICY.sleep(60_000, stop.signal);
  stop.abort(new Error("stopped"));
  await expect(waiting).rejects.toThrow("stopped");
});
