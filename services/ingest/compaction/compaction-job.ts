import type { Tx } from "@gigtrail/platform/db/database";
import { enqueueJob } from "@gigtrail/platform/jobs/enqueue";
import type { JobHandler } from "@gigtrail/platform/jobs/runner";
import type { OpenSession } from "../chunks/open-sessions.ts";
import type { IngestSchema } from "../db/schema.ts";
import { type CompactionNeeds, compactSession } from "./compact-session.ts";

/** The kind of job that merges a session's blocks. */
export const COMPACT_SESSION = "compact_session";

/** Has a closed session's blocks merged, once for each generation, in the transaction that closes it. */
export async function askForCompaction(tx: Tx<IngestSchema>, session: OpenSession): Promise<void> {
  const { workspaceId, sessionId } = session.name;
  await enqueueJob(tx, {
    kind: COMPACT_SESSION,
    key: `${workspaceId}/${sessionId}`,
    revision: session.generation,
    workspaceId,
    userId: session.userId,
    subjectId: sessionId,
  });
}

/**
 * Merges a session's blocks. Its results stand by themselves as they are written, so losing the job in the middle costs
 * only work.
 */
export function compactionHandler(needs: CompactionNeeds): JobHandler<IngestSchema> {
  return {
    async run(job) {
      await compactSession(needs, { workspaceId: job.workspaceId, sessionId: job.subjectId }, job.signal);
      await job.finish(async () => undefined);
    },
  };
}
