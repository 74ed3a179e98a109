import { reasonOf } from "@gigtrail/platform/errors";
import type { Session } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { Selection } from "./selection.ts";
import type { Upstream } from "./upstream.ts";

/** Sessions asked for at a time. */
const PAGE_SIZE = 500;
/** Named sessions asked for at the same time. */
const PARALLEL_CALLS = 8;

/**
 * The selected sessions, page by page: the named ones in the order named, otherwise all in scope, newest first. A
 * named session that is gone, or never was in scope, is left out; `missingSessions` finds those beforehand.
 */
export async function* readSessions(
  upstream: Upstream,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<Session[]> {
  if (selection.sessionIds.length === 0) {
    yield* listAll(upstream, selection, signal);
    return;
  }
  for (let start = 0; start < selection.sessionIds.length; start += PARALLEL_CALLS) {
    const ids = selection.sessionIds.slice(start, start + PARALLEL_CALLS);
    const found = await Promise.all(ids.map((id) => findSession(upstream, selection, id, signal)));
    yield found.filter((session) => session !== undefined);
  }
}

/** How many sessions are selected. */
export async function countSessions(upstream: Upstream, selection: Selection, signal: AbortSignal): Promise<number> {
  if (selection.sessionIds.length > 0) return selection.sessionIds.length;
  let count = 0;
  for await (const page of listAll(upstream, selection, signal)) count += page.length;
  return count;
}

/** Whether all named sessions are there and in scope. */
export async function allSessionsExist(upstream: Upstream, selection: Selection, signal: AbortSignal): Promise<boolean> {
  if (selection.sessionIds.length === 0) return true;
  let count = 0;
  for await (const page of readSessions(upstream, selection, signal)) count += page.length;
  return count === selection.sessionIds.length;
}

async function* listAll(upstream: Upstream, { workspaceId, userId }: Selection, signal: AbortSignal) {
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

/** A named session, if it is in scope. */
async function findSession(
  upstream: Upstream,
  { workspaceId, userId }: Selection,
  sessionId: string,
  signal: AbortSignal,
): Promise<Session | undefined> {
  try {
    const headers = await upstream.credentials("ingest", workspaceId);
    const { session } = await upstream.ingest.getSession({ sessionId }, { headers, signal });
    return userId === undefined || session?.userId === userId ? session : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Whether an error says that a session is not, or no longer, there. */
export function isGone(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === "session_not_found" || reason === "session_deleted";
}
