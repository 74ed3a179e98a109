import type { Analysis, SeenJob, Visit } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { Session } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { parseArguments, requireSessionId, SERVER_OPTIONS } from "../arguments.ts";
import { type Connection, withConnection } from "../connection/connection.ts";
import { reasonOf } from "../connection/reason-of.ts";
import type { CliIo } from "../io.ts";
import { formatBytes, formatCount, formatDuration, formatTime } from "../terminal/format.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import { formatTable } from "../terminal/table.ts";
import type { Command } from "./command.ts";
import { sessionStateWord } from "./sessions.ts";

const PAGE_SIZE = 500;

/** Shows what is in a session. */
export const show: Command = {
  usage: "show SESSION",
  summary: "Show what happened in a session: visits, active time by kind of page, jobs seen",
  options: [],
  async run(argv, io) {
    const { values, positionals } = parseArguments(argv, SERVER_OPTIONS, { name: "SESSION", min: 1, max: 1 });
    const sessionId = requireSessionId(positionals[0]);
    await withConnection(io, values.server, async (connection) => {
      const { session } = await connection.ingest.getSession({ sessionId }, connection.unary);
      if (session !== undefined) await io.stdout.write(describeSession(session));
      const analysis = await findAnalysis(connection, sessionId);
      if (analysis?.state !== AnalysisState.DONE) {
        await io.stdout.write(`\n${describeUnfinished(analysis, sessionId)}\n`);
        return;
      }
      await io.stdout.write(describeSummary(analysis));
      await printVisits(io, connection, sessionId);
      await printJobs(io, connection, sessionId);
    });
  },
};

async function findAnalysis({ analysis, unary }: Connection, sessionId: string): Promise<Analysis | undefined> {
  try {
    return (await analysis.getAnalysis({ sessionId }, unary)).analysis;
  } catch (error) {
    if (reasonOf(error) === "analysis_not_found") return undefined;
    throw error;
  }
}

function describeSession(session: Session): string {
  const lines = [
    `${session.displayName || "(no name)"}`,
    `${sessionStateWord(session.state)}, ${formatTime(session.firstEventTime)} to ${formatTime(session.lastEventTime)}`,
    `${formatCount(session.eventCount)} events, ${formatBytes(session.rawBytes)}, ${formatCount(session.maskedValues)} values masked`,
  ];
  if (session.droppedEvents > 0n) lines.push(`${formatCount(session.droppedEvents)} events dropped by the recorder`);
  return lines.map((line) => `${toPlainText(line)}\n`).join("");
}

function describeUnfinished(analysis: Analysis | undefined, sessionId: string): string {
  switch (analysis?.state) {
    case undefined:
      return "Not analysed yet: the session is not complete.";
    case AnalysisState.FAILED:
      return `The analysis failed (${toPlainText(analysis.errorReason)}).`;
    default:
      return `The analysis is at ${analysis?.percent ?? 0} %; follow it with \`gigtrail watch ${sessionId}\`.`;
  }
}

function describeSummary({ summary }: Analysis): string {
  if (summary === undefined) return "";
  const { visitCount, jobCount, activeTime, idleTime, pageKinds, unusableEvents } = summary;
  const unusable = unusableEvents > 0n ? `, ${formatCount(unusableEvents)} unusable events` : "";
  const figures = `${formatCount(visitCount)} visits, ${formatCount(jobCount)} jobs, ${formatDuration(activeTime)} active, ${formatDuration(idleTime)} idle${unusable}`;
  const rows = pageKinds.map((kind) => [kind.pageKind, formatCount(kind.visitCount), formatDuration(kind.activeTime)]);
  return `${figures}\n\n${formatTable(["PAGE KIND", "VISITS", "ACTIVE"], rows)}`;
}

async function printVisits(io: CliIo, { analysis, unary }: Connection, sessionId: string): Promise<void> {
  const visits: Visit[] = [];
  for (let pageToken = ""; ;) {
    const filter = { sessionIds: [sessionId] };
    const page = await analysis.listVisits({ pageSize: PAGE_SIZE, pageToken, filter }, unary);
    visits.push(...page.visits);
    pageToken = page.nextPageToken;
    if (pageToken === "") break;
  }
  const rows = visits.map((visit) => [
    String(visit.ordinal),
    formatTime(visit.enterTime),
    visit.pageKind,
    formatDuration(visit.activeTime),
    visit.jobKey || "-",
    visit.url,
  ]);
  await io.stdout.write(`\n${formatTable(["VISIT", "ENTERED", "PAGE KIND", "ACTIVE", "JOB", "ADDRESS"], rows)}`);
}

async function printJobs(io: CliIo, { analysis, unary }: Connection, sessionId: string): Promise<void> {
  const jobs: SeenJob[] = [];
  for (let pageToken = ""; ;) {
    const page = await analysis.listSeenJobs({ pageSize: PAGE_SIZE, pageToken, filter: { sessionId } }, unary);
    jobs.push(...page.jobs);
    pageToken = page.nextPageToken;
    if (pageToken === "") break;
  }
  if (jobs.length === 0) return;
  const rows = jobs.map((job) => [
    job.jobKey,
    formatCount(job.visitCount),
    formatDuration(job.activeTime),
    job.applicationFormSeen ? "yes" : "-",
    job.titleWords || "-",
  ]);
  await io.stdout.write(`\n${formatTable(["JOB", "VISITS", "ACTIVE", "APPLICATION FORM", "TITLE"], rows)}`);
}
