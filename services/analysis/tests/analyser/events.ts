import { type AnalysisResult, type Visit } from "../../analyser/result.ts";
import { createAnalyser } from "../../analyser/analyser.ts";

/** A line of a tab, as ReadEvents gives it. */
export interface Line {
  tabId: string;
  line: string;
}

/** Midnight of a day in 2026; tests count their times from here. */
export const T0 = Date.UTC(2026, 0, 15);

export const SITE = "https://www.upwork.com";

/** Makes the events of one tab; times are in milliseconds after T0. */
export function tab(tabId: string) {
  const line = (type: number, at: number, data: unknown): Line => ({
    tabId,
    line: JSON.stringify({ type, data, timestamp: T0 + at }),
  });
  const custom = (at: number, tag: string, payload: unknown) => line(5, at, { tag, payload });
  return {
    line,
    custom,
    meta: (at: number, url: string) => line(4, at, { href: url, width: 1280, height: 720 }),
    nav: (at: number, url: string, cause = "CAUSE_PUSH", title = "") => custom(at, "gt.nav", { url, cause, title }),
    visible: (at: number, isVisible: boolean) => custom(at, "gt.visibility", isVisible ? { visible: true } : {}),
    action: (at: number) => custom(at, "gt.action", { kind: "KIND_CLICK", nodeId: 1 }),
    move: (at: number) => line(3, at, { source: 1, positions: [] }),
    mutation: (at: number) => line(3, at, { source: 0, adds: [], removes: [], texts: [], attributes: [] }),
  };
}

/** Analyses lines in the order given. */
export function analyse(lines: Iterable<Line>): AnalysisResult {
  const analyser = createAnalyser();
  for (const { tabId, line } of lines) analyser.push(tabId, line);
  return analyser.finish();
}

/** What most tests look at: page kind, entry and end after T0, active and idle time. */
export function rows(visits: readonly Visit[]): [string, number, number, number, number][] {
  return visits.map((visit) => [visit.pageKind, visit.enterMs - T0, visit.leaveMs - T0, visit.activeMs, visit.idleMs]);
}
