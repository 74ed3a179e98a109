import type { PageKindTime, Summary, Visit } from "./result.ts";

/** What the visits do not tell of a session. */
export type SummaryCounts = Pick<Summary, "eventCount" | "unusableEvents" | "jobCount">;

/** The session in figures. */
export function summaryOf(visits: readonly Visit[], counts: SummaryCounts): Summary {
  return {
    ...counts,
    visitCount: visits.length,
    activeMs: visits.reduce((sum, visit) => sum + visit.activeMs, 0),
    idleMs: visits.reduce((sum, visit) => sum + visit.idleMs, 0),
    pageKinds: pageKindTimesOf(visits),
  };
}

function pageKindTimesOf(visits: readonly Visit[]): PageKindTime[] {
  const rows = new Map<string, PageKindTime>();
  for (const { pageKind, activeMs } of visits) {
    const before = rows.get(pageKind);
    rows.set(pageKind, {
      pageKind,
      visitCount: (before?.visitCount ?? 0) + 1,
      activeMs: (before?.activeMs ?? 0) + activeMs,
    });
  }
  return [...rows.values()].toSorted((a, b) => b.activeMs - a.activeMs || (a.pageKind < b.pageKind ? -1 : 1));
}
