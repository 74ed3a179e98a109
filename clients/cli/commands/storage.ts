import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { formatBytes, formatCount, formatTime } from "../terminal/format.ts";
import { formatTable } from "../terminal/table.ts";
import type { Command } from "./command.ts";

/** Reports what the workspace has stored. */
export const storage: Command = {
  usage: "storage",
  summary: "Show what the workspace has stored (for its admins)",
  options: [],
  async run(argv, io) {
    const { values } = parseArguments(argv, SERVER_OPTIONS);
    await withConnection(io, values.server, async ({ ingest, unary }) => {
      const report = await ingest.getStorageReport({}, unary);
      const { byteBudget, freeDiskBytes } = report;
      const rows = [
        ["sessions", formatCount(report.sessions)],
        ["with events", formatCount(report.readableSessions)],
        ["events", formatCount(report.events)],
        ["as recorded", formatBytes(report.rawBytes)],
        ["at rest", formatBytes(report.storedBytes)],
        ["budget", byteBudget === 0n ? "none" : formatBytes(byteBudget)],
        ["oldest", formatTime(report.oldestCreateTime)],
        ["free on the disk", freeDiskBytes === undefined ? "unknown" : formatBytes(freeDiskBytes)],
      ];
      await io.stdout.write(formatTable(["STORED", "NOW"], rows));
    });
  },
};
