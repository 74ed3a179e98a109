import { expect, test } from "bun:test";
import { MEGABYTE } from "../measure/figures.ts";
import { memoryFigures, type Sample } from "../soak/memory-figures.ts";

/** A sample each ten seconds. */
function samplesOf(megabytes: readonly number[]): Sample[] {
  return megabytes.map((size, index) => ({ seconds: index * 10, rssBytes: size * MEGABYTE }));
}

test("memory that rises while caches fill and then stays is flat in the last half", () => {
  const figures = memoryFigures(samplesOf([100, 150, 180, 200, 200, 200, 200, 200]));
  expect(figures).toMatchObject({ rss_first_mb: 100, rss_last_mb: 200, rss_max_mb: 200, rss_last_vs_first: 2 });
  expect(figures["rss_mb_per_minute_in_last_half"]).toBe(0);
});

test("a leak shows as megabytes a minute", () => {
  const leaking = Array.from({ length: 60 }, (_, index) => 200 + index);
  expect(memoryFigures(samplesOf(leaking))["rss_mb_per_minute_in_last_half"]).toBeCloseTo(6, 5);
});

test("without a sample there is nothing to say", () => {
  expect(memoryFigures([])).toMatchObject({ samples: 0, rss_last_vs_first: 0, rss_mb_per_minute_in_last_half: 0 });
});
