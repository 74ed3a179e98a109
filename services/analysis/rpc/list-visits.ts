import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { isUuid } from "@gigtrail/platform/ids";
import { decodePageToken, encodePageToken, pageSize } from "@gigtrail/platform/page-token";
import { scopeOf, type Scope } from "@gigtrail/platform/rpc/caller";
import type { VisitSchema } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { AnalysisService, ListVisitsRequest } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import type { Selectable } from "kysely";
import { toEventTime } from "@gigtrail/platform/event-time";
import type { AnalysisContext } from "../context.ts";
import type { AnalysisSchema } from "../db/schema.ts";
import { storableText } from "../db/storable-text.ts";

type Rpc = ServiceImpl<typeof AnalysisService>["listVisits"];
type VisitRow = Selectable<AnalysisSchema["visits"]>;

/** Lists visits. Session ids are UUIDv7, so the newest session is the one whose id is the highest. */
export function listVisits({ db }: AnalysisContext): Rpc {
  return async (request, context) => {
    const scope = scopeOf(context);
    const size = pageSize(request.pageSize);
    const rows = await db.inWorkspace(scope.workspaceId, (tx) => query(tx, scope, request, size + 1).execute());
    const page = rows.slice(0, size);
    const last = page.at(-1);
    const more = rows.length > size && last !== undefined;
    return { visits: page.map(toVisit), nextPageToken: more ? encodePageToken([last.session_id, last.ordinal]) : "" };
  };
}

function query(tx: Tx<AnalysisSchema>, scope: Scope, { filter, pageToken }: ListVisitsRequest, limit: number) {
  let rows = tx
    .selectFrom("visits")
    .selectAll()
    .where("workspace_id", "=", scope.workspaceId)
    .orderBy("session_id", "desc")
    .orderBy("ordinal")
    .limit(limit);
  if (scope.userId !== undefined) rows = rows.where("user_id", "=", scope.userId);
  const after = readToken(pageToken);
  if (after !== undefined) {
    const { sessionId, ordinal } = after;
    rows = rows
      .where("session_id", "<=", sessionId)
      .where(({ eb, or }) => or([eb("session_id", "<", sessionId), eb("ordinal", ">", ordinal)]));
  }
  if (filter === undefined) return rows;
  if (filter.sessionIds.length > 0) rows = rows.where("session_id", "in", filter.sessionIds);
  if (filter.pageKind !== "") rows = rows.where("page_kind", "=", storableText(filter.pageKind));
  if (filter.jobKey !== "") rows = rows.where("job_key", "=", storableText(filter.jobKey));
  if (filter.userId !== "") rows = rows.where("user_id", "=", filter.userId);
  return rows;
}

function readToken(token: string): { sessionId: string; ordinal: number } | undefined {
  const position = decodePageToken(token, 2);
  if (position === undefined) return undefined;
  const [sessionId, ordinal] = position;
  if (typeof sessionId !== "string" || !isUuid(sessionId) || !isOrdinal(ordinal)) throw refusal("page_token_invalid");
  return { sessionId, ordinal };
}

function isOrdinal(value: string | number | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

function toVisit(row: VisitRow): MessageInitShape<typeof VisitSchema> {
  return {
    sessionId: row.session_id,
    tabId: row.tab_id,
    ordinal: row.ordinal,
    pageKind: row.page_kind,
    url: row.url,
    pathPattern: row.path_pattern,
    enterTime: toEventTime(row.enter_ms),
    leaveTime: toEventTime(row.leave_ms),
    activeTime: durationFromMs(row.active_ms),
    idleTime: durationFromMs(row.idle_ms),
    jobKey: row.job_key,
  };
}
