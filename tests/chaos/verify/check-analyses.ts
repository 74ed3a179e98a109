import { createAnalyser } from "@gigtrail/analysis/analyser/analyser";
import type { AnalysisResult } from "@gigtrail/analysis/analyser/result";
import { ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { SessionEntry } from "../workload/ledger.ts";
import { type Check, type Evidence, forEach, keptSessions, query } from "./evidence.ts";

interface AnalysisRow {
  readonly generation: number;
  readonly analysed: number | null;
  readonly analyser_version: number;
  readonly summary: unknown;
  readonly state: string;
}

interface VisitRow {
  readonly ordinal: number;
  readonly url: string;
  readonly enter_ms: string;
  readonly leave_ms: string;
  readonly active_ms: string;
}

/**
 * Each session has one result set: that of its present generation, and the same that the analyser gives now for the
 * events that can be read.
 */
export const checkAnalyses: Check = (evidence) =>
  forEach(
    keptSessions(evidence.ledger),
    ({ sessionId }) => `analysis of ${sessionId}`,
    async (entry) => {
      const found = await query<AnalysisRow>(evidence.system, ANALYSIS, [entry.sessionId]);
      const [row] = found;
      if (row === undefined || found.length > 1) return [`there are ${found.length} of them`];
      if (row.state !== "done" || row.analysed !== row.generation)
        return [`generation ${row.analysed} of ${row.generation} is ${row.state}`];
      return compare(evidence, entry, row, await analyseAnew(entry));
    },
  );

const ANALYSIS = `
  select s.generation, a.generation as analysed, a.analyser_version, a.summary, coalesce(j.state, 'not there') as state
    from ingest.sessions s
    left join analysis.analyses a on a.workspace_id = s.workspace_id and a.session_id = s.session_id
    left join analysis.jobs j on j.workspace_id = s.workspace_id and j.subject_id = s.session_id
   where s.session_id = $1`;

async function analyseAnew({ account, sessionId }: SessionEntry): Promise<AnalysisResult> {
  const { ingest } = await account.clients();
  const analyser = createAnalyser();
  let line: Buffer[] = [];
  for await (const { tabId, data, endsLine } of ingest.readEvents({
    sessionId,
    order: ReadEventsRequest_Order.MERGED,
  })) {
    line.push(Buffer.from(data));
    if (!endsLine) continue;
    for (const text of Buffer.concat(line).toString().trimEnd().split("\n")) analyser.push(tabId, text);
    line = [];
  }
  return analyser.finish();
}

async function compare({ system }: Evidence, { sessionId }: SessionEntry, row: AnalysisRow, expected: AnalysisResult) {
  const visits = await query<VisitRow>(system, VISITS, [sessionId]);
  const jobs = await query<{ job_key: string }>(system, JOBS, [sessionId]);
  const stored = visits.map((visit) => [
    visit.ordinal,
    visit.url,
    Number(visit.enter_ms),
    Number(visit.leave_ms),
    Number(visit.active_ms),
  ]);
  const anew = expected.visits.map((visit) => [visit.ordinal, visit.url, visit.enterMs, visit.leaveMs, visit.activeMs]);
  const found: string[] = [];
  if (row.analyser_version !== expected.analyserVersion) found.push("it is of another version");
  if (!Bun.deepEquals(row.summary, expected.summary)) found.push("its figures are not those of the events");
  if (!Bun.deepEquals(stored, anew)) found.push(`its ${stored.length} visits are not the ${anew.length} of the events`);
  if (jobs.length !== expected.jobs.length)
    found.push(`it has ${jobs.length} jobs, the events ${expected.jobs.length}`);
  return found;
}

const VISITS = `select ordinal, url, enter_ms, leave_ms, active_ms from analysis.visits where session_id = $1 order by ordinal`;
const JOBS = `select job_key from analysis.job_sightings where session_id = $1`;
