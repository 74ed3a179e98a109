import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { scopeOf } from "@gigtrail/platform/rpc/caller";
import type { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import type { AnalysisContext } from "../context.ts";
import { findAnalysis } from "../db/find-analysis.ts";

type Rpc = ServiceImpl<typeof AnalysisService>["getAnalysis"];

/** Answers with how the analysis of a session stands. */
export function getAnalysis({ db }: AnalysisContext): Rpc {
  return async ({ sessionId }, context) => {
    const scope = scopeOf(context);
    const analysis = await db.inWorkspace(scope.workspaceId, (tx) => findAnalysis(tx, scope, sessionId));
    if (analysis === undefined) throw refusal("analysis_not_found");
    return { analysis };
  };
}
