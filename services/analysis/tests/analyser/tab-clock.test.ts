import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { MAX_TIME_MS, TabClock } from "../../analyser/tab-clock.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 0, 15);

function after(...times: number[]): number | undefined {
  const clock = new TabClock();
  for (const time of times) clock.observe(time);
  return clock.nowMs;
}

describe("TabClock", () => {
  test("never goes back", () => {
    expect(after(NOW, NOW - 5_000)).toBe(NOW);
    expect(after(NOW, NOW - 5_000, NOW + 1)).toBe(NOW + 1);
  });

  test("cuts off fractions", () => {
    expect(after(NOW + 0.9)).toBe(NOW);
  });

  test("knows no time before an event had a possible one", () => {
    expect(after(0, -5, 1e15, Number.MAX_VALUE)).toBeUndefined();
    expect(after(0, 1e15, NOW)).toBe(NOW);
  });

  test("is not taken along by one event that is dated years off", () => {
    expect(after(NOW, NOW + 3_650 * DAY_MS, NOW + 10)).toBe(NOW + 10);
    expect(after(NOW, NOW + 3_650 * DAY_MS, NOW + 10, NOW + 3_650 * DAY_MS)).toBe(NOW + 10);
    expect(after(NOW, 1e15, 0, NOW + 10)).toBe(NOW + 10);
  });

  test("believes a long pause once the next event confirms it", () => {
    expect(after(NOW, NOW + 3 * DAY_MS)).toBe(NOW);
    expect(after(NOW, NOW + 3 * DAY_MS, NOW + 3 * DAY_MS + 5)).toBe(NOW + 3 * DAY_MS + 5);
  });

  test("rises and stays possible, whatever it observes", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), (times) => {
        const clock = new TabClock();
        let last = 0;
        for (const time of times) {
          clock.observe(time);
          const now = clock.nowMs ?? last;
          expect(now).toBeGreaterThanOrEqual(last);
          expect(now).toBeLessThanOrEqual(MAX_TIME_MS);
          last = now;
        }
      }),
    );
  });
});
