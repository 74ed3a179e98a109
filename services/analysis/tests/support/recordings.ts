import { type Line, SITE, tab } from "../analyser/events.ts";

export const JOB = "~021950000000000000001";
export const OTHER_JOB = "~021950000000000000002";
const MINUTE_MS = 60_000;

/** A short session: a search, a job's page, its application form; the other job in a second tab. */
export function recording(): Line[] {
  const first = tab("01920000-0000-7000-8000-00000000000a");
  const second = tab("01920000-0000-7000-8000-00000000000b");
  return [
    first.meta(0, `${SITE}/nx/search/jobs?q=typescript`),
    first.move(5_000),
    first.meta(MINUTE_MS, `${SITE}/jobs/Build-a-backend_${JOB}`),
    first.action(MINUTE_MS + 20_000),
    first.meta(2 * MINUTE_MS, `${SITE}/nx/proposals/job/${JOB}/apply`),
    first.action(3 * MINUTE_MS),
    second.meta(4 * MINUTE_MS, `${SITE}/jobs/Fix-a-bug_${OTHER_JOB}`),
    second.move(4 * MINUTE_MS + 1_000),
    { tabId: "01920000-0000-7000-8000-00000000000b", line: "{" },
  ];
}

/** `count` events: moves of the pointer on a job's page. */
export function longRecording(count: number): Line[] {
  const only = tab("01920000-0000-7000-8000-00000000000a");
  const moves = Array.from({ length: count - 1 }, (_, i) => only.move(i * 100));
  return [only.meta(0, `${SITE}/jobs/Build-a-backend_${JOB}`), ...moves];
}
