import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { UsageFailure } from "../failure.ts";
import { formatBytes, formatCount, formatTime } from "../terminal/format.ts";
import { formatTable } from "../terminal/table.ts";
import type { Command } from "./command.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1_000;

/** Lists sessions. */
export const sessions: Command = {
  usage: "sessions",
  summary: "List your sessions, newest first",
  options: [`--limit COUNT       how many, 1 to ${MAX_LIMIT} (default: ${DEFAULT_LIMIT})`],
  async run(argv, io) {
    const { values } = parseArguments(argv, { ...SERVER_OPTIONS, limit: { type: "string" } });
    const pageSize = Number(values.limit ?? DEFAULT_LIMIT);
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > MAX_LIMIT) {
      throw new UsageFailure(`--limit must be a number from 1 to ${MAX_LIMIT}.`);
    }
    await withConnection(io, values.server, async ({ ingest, unary }) => {
      const answer = await ingest.listSessions({ pageSize }, unary);
      if (answer.sessions.length === 0) {
        await io.stderr.write("There are no sessions yet; `gigtrail import FILE` uploads one.\n");
        return;
      }
      const rows = answer.sessions.map((session) => [
        session.sessionId,
        formatTime(session.createTime),
        sessionStateWord(session.state),
        formatCount(session.eventCount),
        formatBytes(session.rawBytes),
        session.displayName,
      ]);
      await io.stdout.write(formatTable(["SESSION", "MADE", "STATE", "EVENTS", "SIZE", "NAME"], rows));
      if (answer.nextPageToken !== "") await io.stderr.write("There are more; see --limit.\n");
    });
  },
};

/** A session's state in one word: `recording`, `finishing`, `complete`. */
export function sessionStateWord(state: SessionState): string {
  return (SessionState[state] ?? "unknown").toLowerCase();
}
