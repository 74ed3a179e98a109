import { ConnectError } from "@connectrpc/connect";
import { reasonOf, toPublicError } from "@gigtrail/platform/errors";
import type { Claim } from "@gigtrail/platform/jobs/claim";
import type { Job, JobHandler } from "@gigtrail/platform/jobs/runner";
import { broadcastProgress } from "@gigtrail/platform/live";
import { createAnalyser } from "../analyser/analyser.ts";
import type { AnalysisResult } from "../analyser/result.ts";
import type { AnalysisContext } from "../context.ts";
import { findAnalysis } from "../db/find-analysis.ts";
import { forgetSession } from "../db/forget-session.ts";
import type { AnalysisSchema } from "../db/schema.ts";
import { writeResult } from "../db/write-result.ts";
import { type IngestAccess, openSession } from "../reading/read-session.ts";
import { ProgressReport, WorkInVainError } from "./progress.ts";

/** What analysing stands on. */
export type AnalyseNeeds = AnalysisContext & IngestAccess;

/** Reading ends at this; the rest is writing. */
const READ_PERCENT = 99;

/**
 * Analyses one session: reads its events as a stream, and writes all that was found in the transaction that ends the
 * job. Nothing is kept from one attempt to the next, so that every attempt gives the same.
 */
export function analyseJobs(needs: AnalyseNeeds): JobHandler<AnalysisSchema> {
  return {
    async run(job) {
      try {
        await analyse(needs, job);
        await tellViewers(needs, job);
      } catch (error) {
        await handle(needs, job, error);
      }
    },
    gaveUp: (claim) => tellViewers(needs, claim),
  };
}

async function analyse(needs: AnalyseNeeds, job: Job<AnalysisSchema>): Promise<void> {
  const name = nameOf(job);
  const progress = new ProgressReport(needs, job);
  await progress.report({ percent: 0, stage: "reading" });
  const session = await openSession(needs, name, job.signal);
  const analyser = createAnalyser();
  let read = 0;
  for await (const events of session.events()) {
    for (const { tabId, line } of events) analyser.push(tabId, line);
    read += events.length;
    if (progress.isDue) await progress.report({ percent: percentOf(read, session.eventCount), stage: "reading" });
  }
  const result = analyser.finish();
  warnOverLimit(needs, job, result);
  await progress.report({ percent: READ_PERCENT, stage: "writing" });
  await job.finish((tx) => writeResult(tx, name, result));
}

/** Chunks may arrive while a session is read, so the count is what was there when reading began. */
function percentOf(read: number, total: number): number {
  return Math.min(READ_PERCENT, Math.floor((READ_PERCENT * read) / Math.max(1, total)));
}

/** Ends a job that has nothing to do any more; throws what the runner is to put the job back for. */
async function handle({ db }: AnalyseNeeds, job: Job<AnalysisSchema>, error: unknown): Promise<void> {
  const reason = reasonOf(error);
  const isGone = reason === "session_deleted" || reason === "session_not_found";
  if (!isGone && !(error instanceof WorkInVainError))
    throw error instanceof ConnectError ? toPublicError(error) : error;
  // Only a deletion is for good: an ingest that was set back to a backup may hear of the session again.
  const deleted = reason === "session_deleted";
  if (isGone) await db.inWorkspace(job.workspaceId, (tx) => forgetSession(tx, nameOf(job), job.userId, deleted));
  await job.finish(async () => undefined);
}

/** Shows how the analysis stands now, as the database has it. */
async function tellViewers({ db, bus }: AnalyseNeeds, { workspaceId, userId, subjectId }: Claim): Promise<void> {
  const analysis = await db.inWorkspace(workspaceId, (tx) =>
    findAnalysis(tx, { workspaceId, userId: undefined }, subjectId),
  );
  if (analysis === undefined) return;
  broadcastProgress(bus, { workspaceId, userId, change: { case: "analysis", value: analysis } });
}

function warnOverLimit({ log }: AnalyseNeeds, { workspaceId, subjectId }: Claim, { overLimit }: AnalysisResult): void {
  const count = overLimit.visits + overLimit.marks + overLimit.tabEvents;
  if (count === 0) return;
  log.warn({ workspace_id: workspaceId, session_id: subjectId, count }, "a session is over the analyser's limits");
}

function nameOf({ workspaceId, subjectId }: Claim) {
  return { workspaceId, sessionId: subjectId };
}
