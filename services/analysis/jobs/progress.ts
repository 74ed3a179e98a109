import type { Job } from "@gigtrail/platform/jobs/runner";
import { broadcastProgress } from "@gigtrail/platform/live";
import type { AnalysisContext } from "../context.ts";
import { type Progress, saveProgress } from "../db/save-progress.ts";
import type { AnalysisSchema } from "../db/schema.ts";
import { PROGRESS_MS } from "../limits.ts";

/** Says that nothing of what a worker does will be kept, so that it may stop. */
export class WorkInVainError extends Error {
  override readonly name = "WorkInVainError";
}

/** Stores and shows how far a job is, at most every PROGRESS_MS. */
export class ProgressReport {
  #nextMs = 0;

  constructor(
    private readonly context: Pick<AnalysisContext, "db" | "bus">,
    private readonly job: Job<AnalysisSchema>,
  ) {}

  /** Whether enough time has passed to report again. */
  get isDue(): boolean {
    return performance.now() >= this.#nextMs;
  }

  /** Reports; throws WorkInVainError when the job was lost or asked for anew, or its session is gone. */
  async report(progress: Progress): Promise<void> {
    const { db, bus } = this.context;
    const { workspaceId, userId } = this.job;
    const analysis = await db.inWorkspace(workspaceId, (tx) => saveProgress(tx, this.job, progress));
    if (analysis === undefined) throw new WorkInVainError("the work is in vain");
    broadcastProgress(bus, { workspaceId, userId, change: { case: "analysis", value: analysis } });
    this.#nextMs = performance.now() + PROGRESS_MS;
  }
}
