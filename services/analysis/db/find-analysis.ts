import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Tx } from "@gigtrail/platform/db/database";
import {
  type Analysis,
  AnalysisSchema as AnalysisMessage,
  AnalysisState,
} from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { Scope } from "@gigtrail/platform/rpc/caller";
import { toSessionSummary } from "../answers/session-summary.ts";
import type { Summary } from "../analyser/result.ts";
import type { AnalysisSchema, JobState } from "./schema.ts";
import { ANALYSE, jobKeyOfRow } from "./session-name.ts";

/** A row of the query below. */
interface AnalysisRow {
  session_id: string;
  generation: number;
  percent: number;
  stage: string;
  analyser_version: number;
  summary: Summary | null;
  update_time: Date;
  job_state: JobState;
  job_update_time: Date;
  error_reason: string | null;
}

/** How the analysis of a session stands, if there is one that the caller may see. */
export async function findAnalysis(
  tx: Tx<AnalysisSchema>,
  { workspaceId, userId }: Scope,
  sessionId: string,
): Promise<Analysis | undefined> {
  let rows = tx
    .selectFrom("analyses as a")
    .innerJoin("jobs as j", (join) => join.on("j.kind", "=", ANALYSE).on("j.key", "=", jobKeyOfRow))
    .where("a.workspace_id", "=", workspaceId)
    .where("a.session_id", "=", sessionId)
    .select([
      "a.session_id",
      "a.generation",
      "a.percent",
      "a.stage",
      "a.analyser_version",
      "a.summary",
      "a.update_time",
      "j.state as job_state",
      "j.update_time as job_update_time",
      "j.error_reason",
    ]);
  if (userId !== undefined) rows = rows.where("a.user_id", "=", userId);
  const row: AnalysisRow | undefined = await rows.executeTakeFirst();
  return row === undefined ? undefined : toAnalysis(row);
}

function toAnalysis(row: AnalysisRow): Analysis {
  const state = stateOf(row);
  const summary = state === AnalysisState.DONE && row.summary !== null ? toSessionSummary(row.summary) : undefined;
  return create(AnalysisMessage, {
    sessionId: row.session_id,
    state,
    percent: state === AnalysisState.QUEUED ? 0 : row.percent,
    stage: state === AnalysisState.RUNNING ? row.stage : "",
    generation: row.generation,
    analyserVersion: row.analyser_version,
    updateTime: timestampFromDate(row.update_time > row.job_update_time ? row.update_time : row.job_update_time),
    errorReason: state === AnalysisState.FAILED ? (row.error_reason ?? "") : "",
    ...(summary === undefined ? {} : { summary }),
  });
}

/**
 * The state of an analysis is that of its job. A request takes the stage away and a worker's first step sets it, so a
 * job that is still in the hand of a worker that will finish in vain counts as queued.
 */
function stateOf({ job_state, stage }: AnalysisRow): AnalysisState {
  switch (job_state) {
    case "queued":
      return AnalysisState.QUEUED;
    case "running":
      return stage === "" ? AnalysisState.QUEUED : AnalysisState.RUNNING;
    case "done":
      return AnalysisState.DONE;
    case "dead":
      return AnalysisState.FAILED;
  }
}
