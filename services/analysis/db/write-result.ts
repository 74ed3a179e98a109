import { sql } from "kysely";
import type { Tx } from "@gigtrail/platform/db/database";
import type { AnalysisResult, JobSighting, Visit } from "../analyser/result.ts";
import { ROWS_PER_INSERT } from "../limits.ts";
import type { AnalysisSchema } from "./schema.ts";
import type { SessionName } from "./session-name.ts";
import { storableText } from "./storable-text.ts";

/** The columns that every row of a session begins with. */
interface Owner {
  readonly workspace_id: string;
  readonly session_id: string;
  readonly user_id: string;
}

/**
 * Puts a result in the place of the one before. Belongs into the transaction that ends the job. Writes nothing when
 * the session was forgotten meanwhile: its analysis is held first, so a deletion comes either before or after all this.
 */
export async function writeResult(tx: Tx<AnalysisSchema>, name: SessionName, result: AnalysisResult): Promise<void> {
  const { workspaceId, sessionId } = name;
  const analysis = await tx
    .selectFrom("analyses")
    .select("user_id")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .forUpdate()
    .executeTakeFirst();
  if (analysis === undefined) return;
  for (const table of ["visits", "job_sightings"] as const) {
    await tx.deleteFrom(table).where("workspace_id", "=", workspaceId).where("session_id", "=", sessionId).execute();
  }
  const owner = { workspace_id: workspaceId, session_id: sessionId, user_id: analysis.user_id };
  for (const visits of batches(result.visits)) {
    await tx
      .insertInto("visits")
      .values(visits.map((visit) => visitRow(owner, visit)))
      .execute();
  }
  for (const jobs of batches(result.jobs)) {
    await tx
      .insertInto("job_sightings")
      .values(jobs.map((job) => sightingRow(owner, job)))
      .execute();
  }
  await tx
    .updateTable("analyses")
    .set({
      percent: 100,
      stage: "",
      analyser_version: result.analyserVersion,
      summary: JSON.stringify(result.summary),
      over_limit: JSON.stringify(result.overLimit),
      update_time: sql<Date>`now()`,
    })
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .execute();
}

function* batches<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) yield rows.slice(start, start + ROWS_PER_INSERT);
}

function visitRow(owner: Owner, visit: Visit) {
  return {
    ...owner,
    ordinal: visit.ordinal,
    tab_id: storableText(visit.tabId),
    page_kind: visit.pageKind,
    url: storableText(visit.url),
    path_pattern: storableText(visit.pathPattern),
    enter_ms: visit.enterMs,
    leave_ms: visit.leaveMs,
    active_ms: visit.activeMs,
    idle_ms: visit.idleMs,
    job_key: storableText(visit.jobKey),
  };
}

function sightingRow(owner: Owner, job: JobSighting) {
  return {
    ...owner,
    job_key: storableText(job.jobKey),
    job_uid: storableText(job.jobUid),
    title_words: storableText(job.titleWords),
    first_seen_ms: job.firstSeenMs,
    last_seen_ms: job.lastSeenMs,
    visit_count: job.visitCount,
    active_ms: job.activeMs,
    application_form_seen: job.applicationFormSeen,
  };
}
