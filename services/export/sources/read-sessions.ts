import { reasonOf, refusal } from "@gigtrail/platform/errors";
import type { Session } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { Selection } from "./selection.ts";
import type { Upstream } from "./upstream.ts";

/** Sessions asked for at a time. */
const PAGE_SIZE = 500;
/** Named sessions asked for at the same time. */
const PARALLEL_CALLS = 8;

/**
 * The selected sessions, page by page: the named ones in the order named, otherwise all in scope, newest first.
 * Throws `session_not_found` for a named session that is not in scope, was never there or is gone.
 */
export async function* readSessions(
  upstream: Upstream,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Session[]> {
  const { sessionIds } = selection;
  if (sessionIds.length === 0) {
    yield* listSessions(upstream, selection, signal);
    return;
  }
  for (let start = 0; start < sessionIds.length; start += PARALLEL_CALLS) {
    const ids = sessionIds.slice(start, start + PARALLEL_CALLS);
    yield await Promise.all(ids.map((id) => getSession(upstream, selection, id, signal)));
  }
}

/** How many sessions are selected. Throws as readSessions. */
export async function countSessions(upstream: Upstream, selection: Selection, signal: AbortSignal): Promise<number> {
  let count = 0;
  for await (const page of readSessions(upstream, selection, signal)) count += page.length;
  return count;
}

/** Throws `session_not_found` unless every named session is there and in scope. */
export async function assertNamedSessionsExist(upstream: Upstream, selection: Selection, signal: AbortSignal) {
  if (selection.sessionIds.length > 0) await countSessions(upstream, selection, signal);
}

/** Whether an error says that a session is not, or no longer, there. */
export function isGone(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === "session_not_found" || reason === "session_deleted";
}

async function* listSessions(upstream: Upstream, { workspaceId, userId }: Selection, signal: AbortSignal) {
  for (let pageToken = ""; ;) {
    const { sessions, nextPageToken } = await upstream.ingest.listSessions(
      { pageSize: PAGE_SIZE, pageToken, ...(userId === undefined ? {} : { filter: { userId } }) },
      { headers: await upstream.credentials("ingest", workspaceId), signal },
    );
    if (sessions.length > 0) yield sessions;
    if (nextPageToken === "") return;
    pageToken = nextPageToken;
  }
}

/** Another member's session answers exactly as one that never was; so does a deleted one. */
async function getSession(
  upstream: Upstream,
  { workspaceId, userId }: Selection,
  sessionId: string,
  signal: AbortSignal,
): Promise<Session> {
  const headers = await upstream.credentials("ingest", workspaceId);
  const { session } = await upstream.ingest.getSession({ sessionId }, { headers, signal }).catch((error: unknown) => {
    throw isGone(error) ? refusal("session_not_found", { cause: error }) : error;
  });
  if (session === undefined || (userId !== undefined && session.userId !== userId)) throw refusal("session_not_found");
  return session;
}
