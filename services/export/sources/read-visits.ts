import type { Visit } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { Selection } from "./selection.ts";
import type { Upstream } from "./upstream.ts";

/** Visits asked for at a time. */
const PAGE_SIZE = 1_000;
/** Sessions that one call may name, as the contract limits them. */
export const MAX_SESSIONS_PER_CALL = 100;

/** The visits of some sessions (at most MAX_SESSIONS_PER_CALL), page by page, newest session first. */
export async function* readVisits(
  upstream: Upstream,
  { workspaceId, userId }: Selection,
  sessionIds: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Visit[]> {
  const filter = { sessionIds: [...sessionIds], ...(userId === undefined ? {} : { userId }) };
  for (let pageToken = ""; ;) {
    const { visits, nextPageToken } = await upstream.analysis.listVisits(
      { pageSize: PAGE_SIZE, pageToken, filter },
      { headers: await upstream.credentials("analysis", workspaceId), signal },
    );
    if (visits.length > 0) yield visits;
    if (nextPageToken === "") return;
    pageToken = nextPageToken;
  }
}
