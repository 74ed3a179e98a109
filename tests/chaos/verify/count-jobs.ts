import type { ChaosSystem } from "../system/start-system.ts";
import { query } from "./evidence.ts";

/** How the jobs of ingest and analysis went. */
export interface JobCounts {
  readonly jobs: number;
  /** Attempts of their last revisions beyond the first of each. */
  readonly repeated: number;
}

/** Counts the jobs, and how often one had to be taken up again: by another worker, or after a failure. */
export async function countJobs(system: ChaosSystem): Promise<JobCounts> {
  const [row] = await query<{ jobs: string; repeated: string }>(
    system,
    `select count(*) as jobs, coalesce(sum(greatest(attempts - 1, 0)), 0) as repeated
       from (select attempts from ingest.jobs union all select attempts from analysis.jobs) as jobs`,
  );
  return { jobs: Number(row?.jobs), repeated: Number(row?.repeated) };
}
