import type { ChangeHandler } from "@gigtrail/platform/changes/follow-changes";
import type { Tx } from "@gigtrail/platform/db/database";
import { wakeWorkers } from "@gigtrail/platform/jobs/wake";
import { broadcastProgress } from "@gigtrail/platform/live";
import type { Analysis } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { type Change, Change_Kind } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { AnalysisContext } from "../context.ts";
import { findAnalysis } from "../db/find-analysis.ts";
import { findGeneration } from "../db/find-generation.ts";
import { forgetSession } from "../db/forget-session.ts";
import { lockSession } from "../db/lock-session.ts";
import { requestAnalysis } from "../db/request-analysis.ts";
import type { AnalysisSchema } from "../db/schema.ts";

/**
 * Takes note of what happens to sessions: a completed one is to be analysed, a deleted one to be forgotten for good.
 * Each change is one transaction, and told again, late or out of order it comes to the same.
 */
export function sessionChanges({ db, bus, log }: AnalysisContext): ChangeHandler {
  return async (change) => {
    const { workspaceId, userId } = change;
    switch (change.kind) {
      case Change_Kind.COMPLETED: {
        const analysis = await db.inWorkspace(workspaceId, (tx) => complete(tx, change));
        if (analysis === undefined) return;
        wakeWorkers(bus, db.schema);
        broadcastProgress(bus, { workspaceId, userId, change: { case: "analysis", value: analysis } });
        return;
      }
      case Change_Kind.DELETED:
        await db.inWorkspace(workspaceId, (tx) => forgetSession(tx, change, userId, true));
        return;
      case Change_Kind.UNSPECIFIED:
        log.warn({ position: Number(change.position) }, "a change of a kind that this version does not know");
        return;
    }
  };
}

/** Answers with the analysis when it is to be made because of this. */
async function complete(tx: Tx<AnalysisSchema>, change: Change): Promise<Analysis | undefined> {
  const { workspaceId, sessionId, userId, generation } = change;
  const scope = { workspaceId, userId: undefined };
  const deleted = await lockSession(tx, change, userId);
  if (deleted) return undefined;
  const known = await findGeneration(tx, scope, sessionId);
  if (known !== undefined && known.generation >= generation) return undefined;
  await requestAnalysis(tx, change, userId, generation);
  return findAnalysis(tx, scope, sessionId);
}
