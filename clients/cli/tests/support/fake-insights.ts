import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { AnalysisSchema, SeenJobSchema, VisitSchema } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { Dataset, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import type { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { notFound, refuse } from "./refuse.ts";

/** One thing that a WatchAnalysis stream does: a state, a sign of life, or an end. */
export type WatchStep = MessageInitShape<typeof AnalysisSchema> | "heartbeat" | "break" | "token_expired";

/** Analyses and exports as a test wants them. */
export class FakeInsights {
  analysis: MessageInitShape<typeof AnalysisSchema> | undefined;
  visits: MessageInitShape<typeof VisitSchema>[] = [];
  jobs: MessageInitShape<typeof SeenJobSchema>[] = [];
  /** What each WatchAnalysis call does, one after the other. */
  watches: WatchStep[][] = [];
  /** The file that StreamExport gives; breaks off after it when `exportBreaks`. */
  exportFile = "";
  exportBreaks = false;

  readonly analysisRoutes: Partial<ServiceImpl<typeof AnalysisService>> = {
    getAnalysis: () => {
      if (this.analysis === undefined) throw notFound("analysis_not_found");
      return { analysis: this.analysis };
    },
    watchAnalysis: () => this.#watch(this.watches.shift()),
    listVisits: ({ pageSize, pageToken }) => page(this.visits, pageSize, pageToken, (visits) => ({ visits })),
    listSeenJobs: ({ pageSize, pageToken }) => page(this.jobs, pageSize, pageToken, (jobs) => ({ jobs })),
  };

  readonly exportRoutes: Partial<ServiceImpl<typeof ExportService>> = {
    streamExport: ({ spec }) =>
      this.#export(Dataset[spec?.dataset ?? 0], Format[spec?.format ?? 0], spec?.sessionIds ?? []),
  };

  async *#watch(steps: WatchStep[] | undefined) {
    if (steps === undefined) throw notFound("analysis_not_found");
    for (const step of steps) {
      if (step === "heartbeat") yield {};
      else if (step === "break") throw refuse(Code.Unavailable, "unavailable");
      else if (step === "token_expired") throw refuse(Code.Unauthenticated, "token_expired");
      else yield { analysis: step };
    }
  }

  async *#export(dataset: string | undefined, format: string | undefined, sessionIds: string[]) {
    const encoder = new TextEncoder();
    yield { data: encoder.encode(`${dataset} ${format} ${sessionIds.length}\n`) };
    yield { data: encoder.encode(this.exportFile) };
    if (this.exportBreaks) throw refuse(Code.Unavailable, "unavailable");
  }
}

/** Pages of at most two, so that every test with three rows reads on. */
function page<Row, Answer>(rows: Row[], pageSize: number, pageToken: string, answer: (rows: Row[]) => Answer) {
  const from = Number(pageToken || "0");
  const to = from + Math.min(pageSize, 2);
  return { ...answer(rows.slice(from, to)), nextPageToken: to < rows.length ? String(to) : "" };
}
