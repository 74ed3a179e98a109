import type { JobSighting, Visit } from "./result.ts";

/** The jobs that visits are about, by first sighting, ties by key. Takes visits in order of entry. */
export function jobSightingsOf(visits: readonly Visit[]): JobSighting[] {
  const jobs = new Map<string, JobSighting>();
  for (const visit of visits) {
    if (visit.jobKey === "") continue;
    const before = jobs.get(visit.jobKey);
    jobs.set(visit.jobKey, {
      jobKey: visit.jobKey,
      jobUid: visit.jobUid,
      titleWords: before?.titleWords || visit.titleWords,
      firstSeenMs: before?.firstSeenMs ?? visit.enterMs,
      lastSeenMs: Math.max(before?.lastSeenMs ?? 0, visit.leaveMs),
      visitCount: (before?.visitCount ?? 0) + 1,
      activeMs: (before?.activeMs ?? 0) + visit.activeMs,
      applicationFormSeen: (before?.applicationFormSeen ?? false) || visit.pageKind === "proposal_form",
    });
  }
  return [...jobs.values()].toSorted((a, b) => a.firstSeenMs - b.firstSeenMs || (a.jobKey < b.jobKey ? -1 : 1));
}
