import { MARK, type TabMarks } from "./tab-marks.ts";

/**
 * How long after the last input the user still counts as active. The value at which browsers themselves call a user
 * idle: the default of chrome.idle's detection interval and the least that the Idle Detection API takes.
 */
export const IDLE_CUTOFF_MS = 60_000;

/**
 * How long after the last input the user counts as being there at all; later is neither active nor idle, for a screen
 * left on overnight is no work. The time after which Google Analytics ends a visit, since nothing measures it better.
 */
export const AWAY_AFTER_MS = 30 * 60_000;

/** Time of each visit, by the number of its draft. */
export interface VisitTimes {
  readonly activeMs: Float64Array;
  readonly idleMs: Float64Array;
}

/**
 * Divides the time of a session among its visits.
 *
 * One person has one attention: every moment belongs to at most one tab, the visible one in which the user did
 * something last (clicks, moves, typing, coming to it, opening a page in it). So two windows side by side never count
 * double, and where a recording does not tell what is visible, a tab is in the background while the user works in
 * another. Input with pauses up to RUN_GAP_MS counts as going on without a pause; where it goes on in two tabs, the
 * one where it began later has the moment, ties by tab id.
 *
 * In that tab a moment is active up to IDLE_CUTOFF_MS after the last input in it, then idle up to AWAY_AFTER_MS, then
 * nothing. A gap up to the cut-off is active as a whole, a longer one for the length of the cut-off.
 *
 * Nothing here depends on the order in which tabs were fed: it is a sweep over the marks of all tabs by their time.
 */
export function divideTime(tabs: readonly TabMarks[], draftCount: number): VisitTimes {
  const times = { activeMs: new Float64Array(draftCount), idleMs: new Float64Array(draftCount) };
  const states = tabs.toSorted((a, b) => (a.tabId < b.tabId ? -1 : 1)).map((marks) => new TabState(marks));
  const timeline = timelineOf(states);
  for (let i = 0; i < timeline.length;) {
    const fromMs = timeline[i]?.timeMs ?? 0;
    for (; timeline[i]?.timeMs === fromMs; i++) timeline[i]?.state.apply(timeline[i]?.code ?? MARK.end, fromMs);
    const toMs = timeline[i]?.timeMs;
    if (toMs !== undefined) award(times, attendedOf(states), fromMs, toMs);
  }
  return times;
}

/** What is known of a tab at the moment that the sweep has come to. */
class TabState {
  isOpen = false;
  isVisible = true;
  /** Number of the visit; negative where none is kept. */
  visit = -1;
  /** Start of the run of input that goes on. */
  runStartMs: number | undefined;
  lastInputMs = Number.NEGATIVE_INFINITY;

  constructor(readonly marks: TabMarks) {}

  apply(code: number, timeMs: number): void {
    this.isOpen = code !== MARK.end;
    if (code >= 0 || code === MARK.unkeptPage) this.visit = code;
    else if (code === MARK.hidden) this.isVisible = false;
    else if (code === MARK.shown) this.isVisible = true;
    else if (code === MARK.runStart) this.runStartMs = timeMs;
    if (code === MARK.runStart || code === MARK.runEnd) this.lastInputMs = timeMs;
    if (code === MARK.runEnd) this.runStartMs = undefined;
  }

  /** True when the user turned to this tab later than to the other. */
  isAheadOf(other: TabState): boolean {
    if (this.runStartMs !== undefined && other.runStartMs !== undefined) return this.runStartMs > other.runStartMs;
    if (this.runStartMs !== undefined || other.runStartMs !== undefined) return this.runStartMs !== undefined;
    return this.lastInputMs > other.lastInputMs;
  }
}

interface TimelineEntry {
  readonly timeMs: number;
  readonly code: number;
  readonly state: TabState;
}

// The sort is stable, so marks of one tab at one time stay in their order.
function timelineOf(states: readonly TabState[]): TimelineEntry[] {
  const entries = states.flatMap((state) =>
    state.marks.timesMs.map((timeMs, i) => ({ timeMs, code: state.marks.codes[i] ?? MARK.end, state })),
  );
  return entries.toSorted((a, b) => a.timeMs - b.timeMs);
}

// States stand in order of tab id, and only one that is truly ahead takes over: ties go to the smaller id.
function attendedOf(states: readonly TabState[]): TabState | undefined {
  let attended: TabState | undefined;
  for (const state of states) {
    if (!state.isOpen || !state.isVisible) continue;
    if (attended === undefined || state.isAheadOf(attended)) attended = state;
  }
  return attended;
}

function award(times: VisitTimes, tab: TabState | undefined, fromMs: number, toMs: number): void {
  if (tab === undefined || tab.visit < 0) return;
  const inputMs = tab.runStartMs === undefined ? tab.lastInputMs : toMs;
  const activeUntilMs = clamp(inputMs + IDLE_CUTOFF_MS, fromMs, toMs);
  const thereUntilMs = clamp(inputMs + AWAY_AFTER_MS, fromMs, toMs);
  times.activeMs[tab.visit] = (times.activeMs[tab.visit] ?? 0) + activeUntilMs - fromMs;
  times.idleMs[tab.visit] = (times.idleMs[tab.visit] ?? 0) + thereUntilMs - activeUntilMs;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
