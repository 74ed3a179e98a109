import { sql } from "kysely";
import type { Tx } from "@gigtrail/platform/db/database";
import type { Claim } from "@gigtrail/platform/jobs/claim";
import type { Analysis } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { findAnalysis } from "./find-analysis.ts";
import type { AnalysisSchema } from "./schema.ts";

/** How far a worker is. */
export interface Progress {
  readonly percent: number;
  readonly stage: "reading" | "writing";
}

/**
 * Stores how far a worker is and answers with the analysis as it then stands; undefined when the work is in vain: the
 * job is another worker's, was asked for anew, or its session is gone. The job's row is held meanwhile, so that a
 * worker that lost its job cannot write over what the next one found.
 */
export async function saveProgress(
  tx: Tx<AnalysisSchema>,
  { jobId, fence, revision, workspaceId, subjectId: sessionId }: Claim,
  progress: Progress,
): Promise<Analysis | undefined> {
  const held = await tx
    .selectFrom("jobs")
    .select("revision")
    .where("job_id", "=", jobId)
    .where("fence", "=", fence)
    .where("revision", "=", revision)
    .where("state", "=", "running")
    .forShare()
    .executeTakeFirst();
  if (held === undefined) return undefined;
  const updated = await tx
    .updateTable("analyses")
    .set({ ...progress, update_time: sql<Date>`now()` })
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .returning("session_id")
    .executeTakeFirst();
  return updated && findAnalysis(tx, { workspaceId, userId: undefined }, sessionId);
}
