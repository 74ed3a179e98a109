import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { isUuid } from "@gigtrail/platform/ids";
import { decodePageToken, encodePageToken, pageSize } from "@gigtrail/platform/page-token";
import { scopeOf, type Scope } from "@gigtrail/platform/rpc/caller";
import type { IngestService, ListSessionsRequest } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { sql } from "kysely";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { selectSessions, toSession, withSums } from "../sessions/find-session.ts";
import { toStoredFilter } from "../sessions/session-filter.ts";

type Rpc = ServiceImpl<typeof IngestService>["listSessions"];

/** Microseconds since 1970 up to the year 5138; longer numbers no timestamp could hold. */
const MICROS = /^\d{1,17}$/;

/** Lists sessions, newest first. */
export function listSessions({ db }: IngestContext): Rpc {
  return async (request, context) => {
    const scope = scopeOf(context);
    const size = pageSize(request.pageSize);
    const rows = await db.inWorkspace(scope.workspaceId, (tx) =>
      pageOfSessions(tx, scope, request, size + 1).execute(),
    );
    const page = rows.slice(0, size);
    const last = page.at(-1);
    const more = rows.length > size && last !== undefined;
    return {
      sessions: page.map(toSession),
      nextPageToken: more ? encodePageToken([last.create_time_us, last.session_id]) : "",
    };
  };
}

/**
 * The rows of one page: cut out first, so that the tabs of no other session are read. Times are compared in microseconds:
 * a JavaScript date would cut them to milliseconds.
 */
export function pageOfSessions(
  tx: Tx<IngestSchema>,
  scope: Scope,
  { filter, pageToken }: Pick<ListSessionsRequest, "filter" | "pageToken">,
  limit: number,
) {
  let page = selectSessions(tx, scope, toStoredFilter(filter));
  const after = readPlace(pageToken);
  if (after !== undefined) {
    page = page.where(
      sql<boolean>`(create_time, session_id) < (to_timestamp(0) + ${after.micros}::bigint * interval '1 microsecond', ${after.sessionId}::uuid)`,
    );
  }
  return withSums(tx, page.orderBy("create_time", "desc").orderBy("session_id", "desc").limit(limit))
    .select(sql<string>`(extract(epoch from s.create_time) * 1000000)::bigint::text`.as("create_time_us"))
    .orderBy("s.create_time", "desc")
    .orderBy("s.session_id", "desc");
}

/** The last session of the page before: when it was made, in microseconds since 1970, and its id. */
function readPlace(pageToken: string): { micros: string; sessionId: string } | undefined {
  const parts = decodePageToken(pageToken, 2);
  if (parts === undefined) return undefined;
  const [micros, sessionId] = parts.map(String);
  if (micros === undefined || sessionId === undefined || !MICROS.test(micros) || !isUuid(sessionId)) {
    throw refusal("page_token_invalid");
  }
  return { micros, sessionId };
}
