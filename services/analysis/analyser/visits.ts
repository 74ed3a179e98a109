import type { VisitTimes } from "./attention.ts";
import type { Visit } from "./result.ts";
import type { VisitDraft } from "./visit-draft.ts";

/**
 * Makes visits of drafts. `openUntilMs` has the end of the drafts that are still open, by their number; the others
 * ended when the next page was entered.
 */
export function visitsOf(
  drafts: readonly VisitDraft[],
  times: VisitTimes,
  openUntilMs: ReadonlyMap<number, number>,
): Visit[] {
  return drafts.toSorted(byEntry).map((draft, ordinal) => ({
    ordinal,
    tabId: draft.tabId,
    pageKind: draft.page.kind,
    url: draft.page.url,
    pathPattern: draft.page.pathPattern,
    enterMs: draft.enterMs,
    leaveMs: openUntilMs.get(draft.index) ?? draft.leaveMs,
    activeMs: times.activeMs[draft.index] ?? 0,
    idleMs: times.idleMs[draft.index] ?? 0,
    jobKey: draft.page.job?.key ?? "",
    jobUid: draft.page.job?.uid ?? "",
    titleWords: draft.page.job?.titleWords ?? "",
  }));
}

// Within a tab the numbers of drafts rise in order of arrival, however the tabs were mixed.
function byEntry(a: VisitDraft, b: VisitDraft): number {
  if (a.enterMs !== b.enterMs) return a.enterMs - b.enterMs;
  if (a.tabId !== b.tabId) return a.tabId < b.tabId ? -1 : 1;
  return a.index - b.index;
}
