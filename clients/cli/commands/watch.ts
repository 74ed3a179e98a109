import { type Analysis, AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { parseArguments, requireSessionId, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { watchAnalysis } from "../connection/watch-analysis.ts";
import { CliFailure } from "../failure.ts";
import { formatCount, formatDuration } from "../terminal/format.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import { Progress } from "../terminal/progress.ts";
import type { Command } from "./command.ts";

/** Follows an analysis to its end. */
export const watch: Command = {
  usage: "watch SESSION",
  summary: "Follow the analysis of a session until it is done",
  options: [],
  async run(argv, io) {
    const { values, positionals } = parseArguments(argv, SERVER_OPTIONS, { name: "SESSION", min: 1, max: 1 });
    const sessionId = requireSessionId(positionals[0]);
    await withConnection(io, values.server, async (connection) => {
      const progress = new Progress(io.stderr, "analysis");
      let last: Analysis | undefined;
      try {
        for await (const analysis of watchAnalysis(io, connection, sessionId)) {
          last = analysis ?? last;
          if (analysis === undefined) progress.update(0, "waiting for the session to be complete");
          else progress.update(analysis.percent / 100, toPlainText(analysis.stage));
        }
      } finally {
        await progress.end();
      }
      if (last?.state === AnalysisState.FAILED) {
        throw new CliFailure(`The analysis failed (${toPlainText(last.errorReason)}); the server's log says more.`);
      }
      await io.stdout.write(describeDone(last, sessionId));
    });
  },
};

function describeDone(analysis: Analysis | undefined, sessionId: string): string {
  const summary = analysis?.summary;
  const figures =
    summary === undefined
      ? ""
      : `: ${formatCount(summary.visitCount)} visits, ${formatCount(summary.jobCount)} jobs, ${formatDuration(summary.activeTime)} active`;
  return `The analysis is done${figures}; see \`gigtrail show ${sessionId}\`.\n`;
}
