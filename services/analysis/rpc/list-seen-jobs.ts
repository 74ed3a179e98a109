import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { decodePageToken, encodePageToken, pageSize } from "@gigtrail/platform/page-token";
import { scopeOf, type Scope } from "@gigtrail/platform/rpc/caller";
import type { SeenJobSchema } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type {
  AnalysisService,
  ListSeenJobsRequest,
} from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { sql } from "kysely";
import { toEventTime } from "@gigtrail/platform/event-time";
import type { AnalysisContext } from "../context.ts";
import type { AnalysisSchema } from "../db/schema.ts";
import { storableText } from "../db/storable-text.ts";

type Rpc = ServiceImpl<typeof AnalysisService>["listSeenJobs"];

/** A job over all the sessions that a caller may see. */
interface SeenJobRow {
  job_key: string;
  job_uid: string;
  title_words: string | null;
  first_seen_ms: number;
  last_seen_ms: number;
  visit_count: number;
  active_ms: number;
  application_form_seen: boolean;
}

/**
 * Lists jobs, the one seen last first, ties by key. Nothing is stored of a job but what each session saw of it, so a
 * deleted session leaves no trace in these figures. A job that is seen again while a caller pages moves to the front:
 * it may be missing from later pages, and is never on two.
 */
export function listSeenJobs({ db }: AnalysisContext): Rpc {
  return async (request, context) => {
    const scope = scopeOf(context);
    const size = pageSize(request.pageSize);
    const rows = await db.inWorkspace(scope.workspaceId, (tx) => query(tx, scope, request, size + 1));
    const page = rows.slice(0, size);
    const last = page.at(-1);
    const more = rows.length > size && last !== undefined;
    return { jobs: page.map(toSeenJob), nextPageToken: more ? encodePageToken([last.last_seen_ms, last.job_key]) : "" };
  };
}

async function query(tx: Tx<AnalysisSchema>, scope: Scope, request: ListSeenJobsRequest, limit: number) {
  const after = readToken(request.pageToken);
  const sessionId = request.filter?.sessionId ?? "";
  const own = scope.userId === undefined ? sql`` : sql`and user_id = ${scope.userId}`;
  const seenIn = sessionId === "" ? sql`` : sql`and bool_or(session_id = ${sessionId})`;
  const further =
    after === undefined
      ? sql``
      : sql`and (max(last_seen_ms), job_key) < (${after.lastSeenMs}::bigint, ${after.jobKey}::text collate "C")`;
  // Keys are compared byte by byte, so that the order does not depend on the database's language.
  const { rows } = await sql<SeenJobRow>`
    select job_key, max(job_uid) as job_uid,
           (array_agg(title_words order by last_seen_ms desc, session_id desc) filter (where title_words <> ''))[1]
             as title_words,
           min(first_seen_ms) as first_seen_ms, max(last_seen_ms) as last_seen_ms,
           sum(visit_count)::int as visit_count, sum(active_ms)::bigint as active_ms,
           bool_or(application_form_seen) as application_form_seen
      from job_sightings
     where workspace_id = ${scope.workspaceId} ${own}
     group by job_key
    having true ${seenIn} ${further}
     order by last_seen_ms desc, job_key collate "C" desc
     limit ${limit}`.execute(tx);
  return rows;
}

function readToken(token: string): { lastSeenMs: number; jobKey: string } | undefined {
  const position = decodePageToken(token, 2);
  if (position === undefined) return undefined;
  const [lastSeenMs, jobKey] = position;
  if (!Number.isSafeInteger(lastSeenMs) || typeof jobKey !== "string") throw refusal("page_token_invalid");
  return { lastSeenMs: Number(lastSeenMs), jobKey: storableText(jobKey) };
}

function toSeenJob(row: SeenJobRow): MessageInitShape<typeof SeenJobSchema> {
  return {
    jobKey: row.job_key,
    jobUid: row.job_uid,
    titleWords: row.title_words ?? "",
    firstSeenTime: toEventTime(row.first_seen_ms),
    lastSeenTime: toEventTime(row.last_seen_ms),
    visitCount: row.visit_count,
    activeTime: durationFromMs(row.active_ms),
    applicationFormSeen: row.application_form_seen,
  };
}
