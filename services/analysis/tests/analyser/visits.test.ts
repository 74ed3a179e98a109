import { describe, expect, test } from "bun:test";
import { createAnalyser } from "../../analyser/analyser.ts";
import { analyse, rows, SITE, T0, tab } from "./events.ts";

const a = tab("a");
const b = tab("b");
const LIST = `${SITE}/nx/search/jobs/?q=react`;
const JOB = "~021950000000000000001";
const SLIDER = `${SITE}/nx/search/jobs/details/${JOB}?pageTitle=Job%20Details&_navType=slider`;

describe("visits", () => {
  test("follow the user from page to page", () => {
    const { visits, summary, jobs } = analyse([
      a.meta(0, LIST),
      a.nav(0, LIST, "CAUSE_LOAD"),
      a.move(5_000),
      a.nav(10_000, SLIDER),
      a.move(15_000),
      a.nav(20_000, LIST, "CAUSE_POP"),
      a.nav(30_000, `${SITE}/nx/proposals/job/${JOB}/apply/`, "CAUSE_LOAD"),
      a.action(40_000),
    ]);
    expect(rows(visits)).toEqual([
      ["search_jobs", 0, 10_000, 10_000, 0],
      ["job_slider", 10_000, 20_000, 10_000, 0],
      ["search_jobs", 20_000, 30_000, 10_000, 0],
      ["proposal_form", 30_000, 40_000, 10_000, 0],
    ]);
    expect(visits.map((visit) => visit.ordinal)).toEqual([0, 1, 2, 3]);
    expect(visits.map((visit) => visit.jobKey)).toEqual(["", JOB, "", JOB]);
    expect(jobs).toEqual([
      {
        jobKey: JOB,
        jobUid: "1950000000000000001",
        titleWords: "",
        firstSeenMs: T0 + 10_000,
        lastSeenMs: T0 + 40_000,
        visitCount: 2,
        activeMs: 20_000,
        applicationFormSeen: true,
      },
    ]);
    expect(summary).toEqual({
      eventCount: 8,
      unusableEvents: 0,
      visitCount: 4,
      jobCount: 1,
      activeMs: 40_000,
      idleMs: 0,
      pageKinds: [
        { pageKind: "search_jobs", visitCount: 2, activeMs: 20_000 },
        { pageKind: "job_slider", visitCount: 1, activeMs: 10_000 },
        { pageKind: "proposal_form", visitCount: 1, activeMs: 10_000 },
      ],
    });
  });

  test("come from rrweb alone where the recorder says nothing", () => {
    const { visits } = analyse([a.meta(0, LIST), a.meta(10_000, `${SITE}/jobs/React-dev_${JOB}/`), a.move(11_000)]);
    expect(rows(visits)).toEqual([
      ["search_jobs", 0, 10_000, 10_000, 0],
      ["job_detail", 10_000, 11_000, 1_000, 0],
    ]);
    expect(visits[1]?.titleWords).toBe("React dev");
  });

  test("go on over reloads, new snapshots and changes that the address does not keep", () => {
    const { visits } = analyse([
      a.meta(0, LIST),
      a.nav(1_000, `${LIST}&from_recent_search=true`, "CAUSE_REPLACE"),
      a.nav(2_000, `${LIST}#top`, "CAUSE_PUSH"),
      a.meta(3_000, LIST),
      a.nav(4_000, LIST, "CAUSE_LOAD"),
    ]);
    expect(rows(visits)).toEqual([["search_jobs", 0, 4_000, 4_000, 0]]);
  });

  test("begin anew with another search", () => {
    const { visits } = analyse([a.nav(0, LIST), a.nav(1_000, `${LIST}&page=2`), a.nav(2_000, LIST)]);
    expect(visits.map((visit) => visit.url.split("?")[1])).toEqual(["q=react", "q=react&page=2", "q=react"]);
  });

  test("tell a bot challenge by its title, even where rrweb's own event came first", () => {
    const { visits } = analyse([
      a.meta(0, LIST),
      a.nav(5, LIST, "CAUSE_LOAD", "Just a moment..."),
      a.meta(1_000, LIST),
      a.meta(2_000, LIST),
      a.nav(2_005, LIST, "CAUSE_LOAD", "Upwork"),
    ]);
    expect(visits.map((visit) => [visit.pageKind, visit.enterMs - T0])).toEqual([
      ["bot_challenge", 0],
      ["search_jobs", 2_005],
    ]);
  });

  test("show the shape of pages that are not known, and only of those", () => {
    const { visits } = analyse([a.nav(0, `${SITE}/nx/brand-new/12345?secret=1`), a.nav(1, "http://localhost/x/1")]);
    expect(visits.map((visit) => [visit.pageKind, visit.url, visit.pathPattern])).toEqual([
      ["other", `${SITE}/nx/brand-new/12345`, "/nx/brand-new/:id"],
      ["external", "http://localhost/x/1", ""],
    ]);
  });

  test("are numbered by entry over all tabs, ties by tab id", () => {
    const { visits } = analyse([b.meta(0, LIST), a.meta(0, LIST), b.meta(5, SLIDER), a.meta(6, SLIDER)]);
    expect(visits.map((visit) => [visit.ordinal, visit.tabId])).toEqual([
      [0, "a"],
      [1, "b"],
      [2, "b"],
      [3, "a"],
    ]);
  });

  test("survive clocks that jump", () => {
    const wild = (at: number) => ({
      tabId: "a",
      line: JSON.stringify({ type: 3, data: { source: 1 }, timestamp: at }),
    });
    const { visits, summary } = analyse([
      { tabId: "a", line: JSON.stringify({ type: 4, data: { href: LIST }, timestamp: 0 }) },
      a.move(0),
      wild(1e15),
      wild(-1e15),
      a.move(2_000.75),
      a.move(-3_600_000),
      wild(T0 * 2),
      a.move(3_000),
    ]);
    expect(rows(visits)).toEqual([["search_jobs", 0, 3_000, 3_000, 0]]);
    expect(summary.unusableEvents).toBe(0);
  });

  test("exist even where no event has a possible time", () => {
    const { visits, summary } = analyse([{ tabId: "a", line: '{"type":4,"data":{"href":""},"timestamp":0}' }]);
    expect(visits).toEqual([]);
    expect(summary.eventCount).toBe(1);
  });

  test("count what is unusable and leave it out", () => {
    const { summary, visits } = analyse([
      a.meta(0, LIST),
      { tabId: "z", line: "{" },
      a.custom(5, "gt.nav", {}),
      a.move(9),
    ]);
    expect(summary).toMatchObject({ eventCount: 2, unusableEvents: 2 });
    expect(rows(visits)).toEqual([["search_jobs", 0, 9, 9, 0]]);
  });

  test("over the limits are counted, and the others stay right", () => {
    const analyser = createAnalyser({ maxVisits: 2, maxMarks: 6, maxTabs: 1 });
    const lines = [
      a.nav(0, LIST),
      a.nav(10_000, SLIDER),
      a.nav(20_000, LIST),
      a.nav(30_000, SLIDER),
      a.move(40_000),
      b.meta(1, LIST),
    ];
    for (const { tabId, line } of lines) analyser.push(tabId, line);
    const { visits, overLimit, summary } = analyser.finish();
    expect(rows(visits)).toEqual([
      ["search_jobs", 0, 10_000, 10_000, 0],
      ["job_slider", 10_000, 20_000, 10_000, 0],
    ]);
    expect(overLimit).toEqual({ visits: 2, marks: 2, tabEvents: 1 });
    expect(summary.eventCount).toBe(6);
  });
});
