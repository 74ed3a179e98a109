import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Run } from "../drive/measure-side.ts";
import { versus } from "../measure/compare.ts";
import { MEGABYTE, median, percentile, rounded, slope } from "../measure/figures.ts";
import { inTurns } from "../measure/in-turns.ts";
import { runFigures } from "../measure/run-figures.ts";

const numbers = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });

test("a percentile is one of the numbers, rises with the part, and ends at the largest", () => {
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (all, part) => {
      expect(all).toContain(percentile(all, part));
      expect(percentile(all, part)).toBeLessThanOrEqual(percentile(all, 1));
      expect(percentile(all, 1)).toBe(all.reduce((a, b) => Math.max(a, b)));
    }),
  );
});

test("the middle does not hear of one run that went wrong", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([1_000_000, 1, 2])).toBe(2);
});

test("numbers are rounded to three digits, whatever their size", () => {
  expect([rounded(1234.5), rounded(0.0012345), rounded(0), rounded(-0.5)]).toEqual([1230, 0.00123, 0, -0.5]);
});

test("the slope of points on a line is the line's", () => {
  const whole = fc.integer({ min: -1_000, max: 1_000 });
  const places = fc.uniqueArray(whole, { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(places, whole, whole, (xs, rise, start) => {
      const points = xs.map((x) => ({ x, y: start + rise * x }));
      expect(slope(points)).toBeCloseTo(rise, 5);
    }),
  );
});

test("what has no direction has no slope", () => {
  expect(slope([])).toBe(0);
  expect(slope([{ x: 1, y: 5 }])).toBe(0);
  expect(
    slope([
      { x: 1, y: 5 },
      { x: 1, y: 9 },
    ]),
  ).toBe(0);
});

test("a run's figures are by its own seconds, chunks and bytes, and the middle of several counts", () => {
  const cpu = { serverMs: 20, postgresMs: 10, driverMs: 5 };
  const run = (seconds: number): Run => ({
    seconds,
    tookMs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    events: 1_000,
    jsonBytes: 4 * MEGABYTE,
    cpu,
  });
  expect(runFigures([run(100), run(2), run(1)])).toEqual({
    chunksPerS: 5,
    eventsPerS: 500,
    jsonMbPerS: 2,
    p50Ms: 6,
    p99Ms: 10,
    maxMs: 10,
    cpuMsPerChunk: 2,
    cpuMsPerMb: 5,
    postgresCpuMsPerChunk: 1,
    driverCpuMsPerChunk: 0.5,
  });
});

test("there is no ratio to a side that did not run", () => {
  expect(versus("ratio", 10, 4)).toEqual({ ratio: 2.5 });
  expect(versus("ratio", 10, undefined)).toEqual({});
});

test("sides take turns", async () => {
  let turn = 0;
  const runs = await inTurns(["a", "b"], 2, async (side) => `${side}${(turn += 1)}`);
  expect([...runs]).toEqual([
    ["a", ["a1", "a3"]],
    ["b", ["b2", "b4"]],
  ]);
});
