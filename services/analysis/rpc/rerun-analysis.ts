import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { wakeWorkers } from "@gigtrail/platform/jobs/wake";
import { broadcastProgress } from "@gigtrail/platform/live";
import { scopeOf, type Scope } from "@gigtrail/platform/rpc/caller";
import type { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import type { AnalysisContext } from "../context.ts";
import { findAnalysis } from "../db/find-analysis.ts";
import { findGeneration } from "../db/find-generation.ts";
import { lockSession } from "../db/lock-session.ts";
import { requestAnalysis } from "../db/request-analysis.ts";
import type { AnalysisSchema } from "../db/schema.ts";

type Rpc = ServiceImpl<typeof AnalysisService>["rerunAnalysis"];

/** Has a session analysed once more; one that is being analysed right now starts over. */
export function rerunAnalysis({ db, bus }: AnalysisContext): Rpc {
  return async ({ sessionId }, context) => {
    const scope = scopeOf(context);
    const { workspaceId } = scope;
    const { userId, analysis } = await db.inWorkspace(workspaceId, (tx) => rerun(tx, scope, sessionId.toLowerCase()));
    wakeWorkers(bus, db.schema);
    broadcastProgress(bus, { workspaceId, userId, change: { case: "analysis", value: analysis } });
    return { analysis };
  };
}

async function rerun(tx: Tx<AnalysisSchema>, scope: Scope, sessionId: string) {
  const name = { workspaceId: scope.workspaceId, sessionId };
  const seen = await findGeneration(tx, scope, sessionId);
  if (seen === undefined) throw refusal("analysis_not_found");
  await lockSession(tx, name, seen.user_id);
  // Once more, now that nobody can change it: it may have been deleted, or completed anew.
  const locked = await findGeneration(tx, scope, sessionId);
  if (locked === undefined) throw refusal("analysis_not_found");
  await requestAnalysis(tx, name, locked.user_id, locked.generation);
  const analysis = await findAnalysis(tx, scope, sessionId);
  if (analysis === undefined) throw refusal("analysis_not_found");
  return { userId: locked.user_id, analysis };
}
