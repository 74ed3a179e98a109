import { sql } from "kysely";
import type { Tx } from "@gigtrail/platform/db/database";
import { enqueueJob } from "@gigtrail/platform/jobs/enqueue";
import type { AnalysisSchema } from "./schema.ts";
import { ANALYSE, jobKeyOf, type SessionName } from "./session-name.ts";

/**
 * Asks for the analysis of a generation of a session, whose row must be locked. A worker that is at it already
 * finishes in vain and the job runs again; results of an earlier generation stay until the new ones replace them.
 */
export async function requestAnalysis(
  tx: Tx<AnalysisSchema>,
  name: SessionName,
  userId: string,
  generation: number,
): Promise<void> {
  await enqueueJob(tx, {
    kind: ANALYSE,
    key: jobKeyOf(name),
    revision: (await currentRevision(tx, name)) + 1,
    workspaceId: name.workspaceId,
    userId,
    subjectId: name.sessionId,
    detail: { generation },
  });
  const progress = { percent: 0, stage: "", update_time: sql<Date>`now()` };
  await tx
    .insertInto("analyses")
    .values({ workspace_id: name.workspaceId, session_id: name.sessionId, user_id: userId, generation })
    .onConflict((conflict) => conflict.columns(["workspace_id", "session_id"]).doUpdateSet({ ...progress, generation }))
    .execute();
}

/**
 * Revisions are counted here and are not the positions of changes: a rerun has no position, and must neither be taken
 * for a change that comes later nor keep that one from being heard.
 */
async function currentRevision(tx: Tx<AnalysisSchema>, name: SessionName): Promise<number> {
  const job = await tx
    .selectFrom("jobs")
    .select("revision")
    .where("kind", "=", ANALYSE)
    .where("key", "=", jobKeyOf(name))
    .executeTakeFirst();
  return job?.revision ?? 0;
}
