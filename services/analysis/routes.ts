import type { ServiceImpl } from "@connectrpc/connect";
import type { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import type { AnalysisContext } from "./context.ts";
import { getAnalysis } from "./rpc/get-analysis.ts";
import { listSeenJobs } from "./rpc/list-seen-jobs.ts";
import { listVisits } from "./rpc/list-visits.ts";
import { rerunAnalysis } from "./rpc/rerun-analysis.ts";
import { watchAnalysis } from "./rpc/watch-analysis.ts";

/** The RPCs of analysis. */
export function analysisRoutes(context: AnalysisContext) {
  return {
    getAnalysis: getAnalysis(context),
    watchAnalysis: watchAnalysis(context),
    rerunAnalysis: rerunAnalysis(context),
    listVisits: listVisits(context),
    listSeenJobs: listSeenJobs(context),
  } satisfies ServiceImpl<typeof AnalysisService>;
}
