import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { createAnalyser } from "../../analyser/analyser.ts";
import { canonicalText } from "../../analyser/canonical.ts";
import type { AnalysisResult } from "../../analyser/result.ts";
import { analyse, type Line, SITE, T0, tab } from "./events.ts";

describe("an analysis", () => {
  test("never throws, whatever the lines are", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.oneof(fc.string(), fc.json()))), (lines) => {
        const { summary } = analyse(lines.map(([tabId, line]) => ({ tabId, line })));
        expect(summary.eventCount + summary.unusableEvents).toBe(lines.length);
      }),
    );
  });

  test("does not depend on how the tabs are mixed", () => {
    fc.assert(
      fc.property(tabLines("a"), tabLines("b"), fc.array(fc.boolean()), (a, b, turns) => {
        const expected = canonicalText(analyse([...a, ...b]));
        expect(canonicalText(analyse(mix(a, b, turns)))).toBe(expected);
        expect(canonicalText(analyse([...b, ...a]))).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test("gives the same bytes again, and whether or not it is looked at on the way", () => {
    fc.assert(
      fc.property(tabLines("a"), tabLines("b"), fc.nat(), (a, b, cut) => {
        const lines = mix(a, b, [true, false]);
        const analyser = createAnalyser();
        for (const [i, { tabId, line }] of lines.entries()) {
          if (i === cut % (lines.length + 1)) analyser.finish();
          analyser.push(tabId, line);
        }
        analyser.finish();
        expect(canonicalText(analyser.finish())).toBe(canonicalText(analyse(lines)));
      }),
    );
  });

  test("never counts a moment twice, or one that was not", () => {
    fc.assert(
      fc.property(tabLines("a"), tabLines("b"), (a, b) => {
        expectSane(analyse([...a, ...b]));
      }),
      { numRuns: 300 },
    );
  });

  test("can be kept as text that does not depend on the order of keys", () => {
    const text = canonicalText(analyse([tab("a").meta(0, SITE), tab("a").move(5)]));
    const [head, visit] = text.trimEnd().split("\n");
    expect(Object.keys(JSON.parse(head ?? ""))).toEqual(["analyserVersion", "overLimit", "summary"]);
    const keys = Object.keys(JSON.parse(visit ?? ""));
    expect(keys).toEqual(keys.toSorted());
  });
});

// Recordings by the makers of rrweb; other people's work, so they lie beside the repository, not in it.
const RRWEB = join(import.meta.dir, "../../../../../shared/rrweb");

describe("a recording of rrweb's own", () => {
  test.skipIf(!existsSync(RRWEB))("is understood without recorder events (skipped without ../shared/rrweb)", () => {
    const result = analyse(recording("events.json"));
    expect(result.summary).toMatchObject({ eventCount: 272, unusableEvents: 0, visitCount: 1, jobCount: 0 });
    expect(result.visits[0]).toMatchObject({
      pageKind: "external",
      url: "https://demoit.app/e/react",
      enterMs: 1_544_756_766_750,
      leaveMs: 1_544_756_847_830,
    });
    // 81 seconds, in which no pause between two inputs reaches a minute.
    expect(result.summary).toMatchObject({ activeMs: 81_080, idleMs: 0 });
    expectSane(result);
  });

  test.skipIf(!existsSync(RRWEB))("of any shape is read without loss (skipped without ../shared/rrweb)", () => {
    for (const file of [
      "iframe.json",
      "hover.json",
      "video-playback.json",
      "webgl.json",
      "input.json",
      "dialog-playback.json",
    ]) {
      const lines = recording(file);
      const result = analyse(lines);
      expect(result.summary).toMatchObject({ eventCount: lines.length, unusableEvents: 0, visitCount: 1 });
      expectSane(result);
    }
  });
});

function recording(file: string): Line[] {
  const events: object[] = JSON.parse(readFileSync(join(RRWEB, file), "utf8"));
  return events.map((event) => ({ tabId: "tab", line: JSON.stringify(event) }));
}

function expectSane({ visits, summary }: AnalysisResult): void {
  const fromMs = Math.min(...visits.map((visit) => visit.enterMs));
  const toMs = Math.max(...visits.map((visit) => visit.leaveMs));
  expect(summary.activeMs + summary.idleMs).toBeLessThanOrEqual(visits.length === 0 ? 0 : toMs - fromMs);
  for (const visit of visits) {
    expect(Math.min(visit.activeMs, visit.idleMs)).toBeGreaterThanOrEqual(0);
    expect(visit.activeMs + visit.idleMs).toBeLessThanOrEqual(visit.leaveMs - visit.enterMs);
    expect([visit.enterMs, visit.leaveMs, visit.activeMs, visit.idleMs].every(Number.isSafeInteger)).toBe(true);
  }
}

function mix(a: readonly Line[], b: readonly Line[], turns: readonly boolean[]): Line[] {
  const rest = [[...a], [...b]];
  const mixed: Line[] = [];
  for (let i = 0; mixed.length < a.length + b.length; i++) {
    const turn = turns.length > 0 && turns[i % turns.length] === true ? 0 : 1;
    const next = rest[turn]?.shift() ?? rest[1 - turn]?.shift();
    if (next !== undefined) mixed.push(next);
  }
  return mixed;
}

/** What a tab may send: mostly sane events with steps of seconds and minutes, some misdated, some broken. */
function tabLines(tabId: string): fc.Arbitrary<Line[]> {
  const make = tab(tabId);
  const url = fc.constantFrom("/nx/find-work/", "/jobs/~021950000000000000001", "/nx/search/jobs?q=a", "/nx/x/1");
  const event = fc.oneof(
    url.map((path) => (at: number) => make.meta(at, SITE + path)),
    url.map((path) => (at: number) => make.nav(at, SITE + path)),
    url.map((path) => (at: number) => make.nav(at, SITE + path, "CAUSE_LOAD", "Just a moment...")),
    fc.boolean().map((isVisible) => (at: number) => make.visible(at, isVisible)),
    fc.constantFrom(make.move, make.move, make.action, make.mutation),
    fc.constant((): Line => ({ tabId, line: "{" })),
  );
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 5_000 }) },
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 3_000_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: -100_000, max: 0 }) },
    { weight: 1, arbitrary: fc.constantFrom(-T0, 1e15, 4e11, 2e8) },
    { weight: 2, arbitrary: fc.double({ min: 0, max: 1_000, noNaN: true }) },
  );
  return fc.array(fc.tuple(step, event), { maxLength: 40 }).map((list) => {
    let now = 0;
    return list.map(([stepMs, eventAt]) => {
      const at = now + stepMs;
      // Absurd steps are of one event, the others of the clock.
      if (Math.abs(stepMs) < 1e8) now = at;
      return eventAt(at);
    });
  });
}
