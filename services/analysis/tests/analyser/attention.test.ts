import { describe, expect, test } from "bun:test";
import { AWAY_AFTER_MS, IDLE_CUTOFF_MS } from "../../analyser/attention.ts";
import { analyse, type Line, rows, SITE, tab } from "./events.ts";

const a = tab("a");
const b = tab("b");
const FEED = `${SITE}/nx/find-work/most-recent`;
const JOB = `${SITE}/jobs/~021950000000000000001`;

function moves(of: ReturnType<typeof tab>, fromMs: number, toMs: number, stepMs: number): Line[] {
  const count = Math.floor((toMs - fromMs) / stepMs) + 1;
  return Array.from({ length: count }, (_, i) => of.move(fromMs + i * stepMs));
}

/** Active and idle time of each visit. */
function times(lines: Line[]): [string, number, number][] {
  return rows(analyse(lines).visits).map(([kind, , , activeMs, idleMs]) => [kind, activeMs, idleMs]);
}

describe("time of one tab", () => {
  test("is active in gaps up to the cut-off, idle beyond", () => {
    expect(times([a.meta(0, FEED), a.move(IDLE_CUTOFF_MS)])).toEqual([["feed_recent", IDLE_CUTOFF_MS, 0]]);
    expect(times([a.meta(0, FEED), a.move(100_000), a.mutation(105_000)])).toEqual([["feed_recent", 65_000, 40_000]]);
  });

  test("is not made active by a page that changes by itself", () => {
    const ticks = Array.from({ length: 600 }, (_, i) => a.mutation(i * 1_000));
    const reloads = Array.from({ length: 600 }, (_, i) => a.meta(i * 1_000, FEED));
    expect(times([a.meta(0, FEED), ...ticks])).toEqual([["feed_recent", 60_000, 539_000]]);
    expect(times(reloads)).toEqual([["feed_recent", 60_000, 539_000]]);
  });

  test("ends when nobody can be there any more", () => {
    expect(times([a.meta(0, FEED), a.move(10 * AWAY_AFTER_MS)])).toEqual([
      ["feed_recent", IDLE_CUTOFF_MS, AWAY_AFTER_MS - IDLE_CUTOFF_MS],
    ]);
  });

  test("does not run while the tab is hidden", () => {
    const lines = [
      a.meta(0, FEED),
      a.visible(0, true),
      a.visible(10_000, false),
      a.move(10_300),
      a.mutation(20_000),
      a.visible(50_000, true),
      a.mutation(55_000),
    ];
    expect(times(lines)).toEqual([["feed_recent", 15_000, 0]]);
  });

  test("of a page that was opened hidden begins when it comes to the front", () => {
    const lines = [
      a.visible(0, false),
      a.meta(1_000, FEED),
      a.mutation(30_000),
      a.visible(40_000, true),
      a.move(45_000),
    ];
    expect(times(lines)).toEqual([["feed_recent", 5_000, 0]]);
  });

  test("goes to the page that was open at the time", () => {
    expect(times([a.meta(0, FEED), a.meta(40_000, JOB), a.move(120_000)])).toEqual([
      ["feed_recent", 40_000, 0],
      ["job_detail", 60_000, 20_000],
    ]);
  });
});

describe("time of two tabs", () => {
  test("that take turns is divided by the recorder's word", () => {
    const lines = [
      a.meta(0, FEED),
      a.visible(0, true),
      a.visible(10_000, false),
      b.meta(10_000, JOB),
      b.visible(10_000, true),
      b.move(12_000),
      b.visible(30_000, false),
      a.visible(30_000, true),
      a.move(35_000),
    ];
    expect(times(lines)).toEqual([
      ["feed_recent", 15_000, 0],
      ["job_detail", 20_000, 0],
    ]);
  });

  test("is divided by the user's input where nothing tells what is visible", () => {
    const lines = [
      a.meta(0, FEED),
      b.meta(10_000, JOB),
      b.move(50_000),
      a.move(60_000),
      b.mutation(90_000),
      a.move(90_000),
    ];
    expect(times(lines)).toEqual([
      ["feed_recent", 40_000, 0],
      ["job_detail", 50_000, 0],
    ]);
  });

  test("side by side never counts double", () => {
    const lines = [a.meta(0, FEED), b.meta(0, JOB), ...moves(a, 0, 100_000, 1_000), ...moves(b, 0, 100_000, 1_000)];
    const { summary } = analyse(lines);
    expect(summary).toMatchObject({ activeMs: 100_000, idleMs: 0 });
  });

  test("stays with the window in use when the mouse only passes over the other", () => {
    const lines = [a.meta(0, FEED), b.meta(0, JOB), ...moves(a, 1_000, 100_000, 1_000), b.move(50_500)];
    const [[, feedMs] = [], [, jobMs] = []] = times(lines);
    expect([feedMs, jobMs]).toEqual([100_000, 0]);
  });

  test("goes back to the tab that stays when the other is closed", () => {
    const lines = [a.meta(0, FEED), b.meta(10_000, JOB), b.move(20_000), a.mutation(40_000)];
    expect(times(lines)).toEqual([
      ["feed_recent", 30_000, 0],
      ["job_detail", 10_000, 0],
    ]);
  });
});
