import type { JobHandler } from "@gigtrail/platform/jobs/runner";
import type { BlockMerger } from "../compaction/block-merger.ts";
import { COMPACT_SESSION, compactionHandler } from "../compaction/compaction-job.ts";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { deleteSessionsJob } from "../deletions/delete-sessions-job.ts";
import { DELETE_SESSIONS } from "../deletions/session-deletion.ts";

/** What ingest does in the background, by the kind of job. */
export function jobHandlers(
  context: IngestContext,
  merger: BlockMerger,
): Readonly<Record<string, JobHandler<IngestSchema>>> {
  return {
    [COMPACT_SESSION]: compactionHandler({ ...context, merger }),
    [DELETE_SESSIONS]: deleteSessionsJob(context),
  };
}
