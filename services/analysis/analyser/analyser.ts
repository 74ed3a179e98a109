import { ANALYSER_VERSION } from "./analyser-version.ts";
import { divideTime } from "./attention.ts";
import { Budget } from "./budget.ts";
import { jobSightingsOf } from "./job-sightings.ts";
import { MAX_MARKS, MAX_TABS, MAX_VISITS } from "./limits.ts";
import { readEvent } from "./read-event.ts";
import type { AnalysisResult } from "./result.ts";
import { summaryOf } from "./summary.ts";
import { TabTrack } from "./tab-track.ts";
import type { VisitDraft } from "./visit-draft.ts";
import { visitsOf } from "./visits.ts";

/** Analyses one session while its events are read. */
export interface Analyser {
  /**
   * Takes the next event of a tab: one rrweb event as JSON. A line that is none is counted, never thrown at. The
   * order counts within each tab only; how the tabs are mixed changes nothing below the limits.
   */
  push(tabId: string, line: string): void;
  /** What was found so far. Changes nothing: more may be pushed afterwards. */
  finish(): AnalysisResult;
}

/** Limits of an analyser; the defaults are in limits.ts. */
export interface AnalyserLimits {
  readonly maxVisits: number;
  readonly maxMarks: number;
  readonly maxTabs: number;
}

const LIMITS: AnalyserLimits = { maxVisits: MAX_VISITS, maxMarks: MAX_MARKS, maxTabs: MAX_TABS };

/** Makes an analyser of one session. Its memory is bounded by its limits, whatever it is given. */
export function createAnalyser(limits: AnalyserLimits = LIMITS): Analyser {
  const tabs = new Map<string, TabTrack>();
  const drafts: VisitDraft[] = [];
  const session = { drafts, visits: new Budget(limits.maxVisits), marks: new Budget(limits.maxMarks) };
  const tabBudget = new Budget(limits.maxTabs);
  let eventCount = 0;
  let unusableEvents = 0;

  function trackOf(tabId: string): TabTrack | undefined {
    const known = tabs.get(tabId);
    if (known !== undefined || !tabBudget.take()) return known;
    const track = new TabTrack(tabId, session);
    tabs.set(tabId, track);
    return track;
  }

  return {
    push(tabId, line) {
      const event = readEvent(line);
      if (event === undefined) {
        unusableEvents++;
        return;
      }
      eventCount++;
      trackOf(tabId)?.accept(event);
    },
    finish() {
      const tracks = [...tabs.values()];
      const marks = tracks.flatMap((track) => track.marks() ?? []);
      const open = tracks.flatMap((track) => track.current() ?? []);
      const openUntilMs = new Map(open.map(({ visit, nowMs }) => [visit.index, nowMs]));
      const visits = visitsOf(drafts, divideTime(marks, drafts.length), openUntilMs);
      const jobs = jobSightingsOf(visits);
      return {
        analyserVersion: ANALYSER_VERSION,
        summary: summaryOf(visits, { eventCount, unusableEvents, jobCount: jobs.length }),
        visits,
        jobs,
        overLimit: { visits: session.visits.refused, marks: session.marks.refused, tabEvents: tabBudget.refused },
      };
    },
  };
}
