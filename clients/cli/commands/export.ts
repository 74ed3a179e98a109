import { Dataset, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { parseArguments, requireChoice, requireSessionId, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { readStream } from "../connection/read-stream.ts";
import { writeWhole } from "../terminal/write-whole.ts";
import { formatBytes } from "../terminal/format.ts";
import type { Command } from "./command.ts";

const DATASETS = { sessions: Dataset.SESSIONS, visits: Dataset.VISITS, events: Dataset.EVENTS } as const;
const FORMATS = { csv: Format.CSV, ndjson: Format.NDJSON } as const;

/** Exports data. */
export const exportData: Command = {
  usage: "export --dataset sessions|visits|events --format csv|ndjson",
  summary: "Write your data to a file or to standard output",
  options: [
    "--dataset DATASET   sessions, visits or events",
    "--format FORMAT     csv or ndjson",
    "--session ID        only this session; may be given up to 100 times",
    "--out FILE          write to this file instead of standard output",
  ],
  async run(argv, io) {
    const { values } = parseArguments(argv, {
      ...SERVER_OPTIONS,
      dataset: { type: "string" },
      format: { type: "string" },
      session: { type: "string", multiple: true },
      out: { type: "string" },
    });
    const spec = {
      dataset: DATASETS[requireChoice("--dataset", values.dataset, DATASETS)],
      format: FORMATS[requireChoice("--format", values.format, FORMATS)],
      sessionIds: (values.session ?? []).map(requireSessionId),
    };
    await withConnection(io, values.server, async (connection) => {
      const frames = readStream(connection.tokens, () => connection.export.streamExport({ spec }, connection.stream));
      if (values.out === undefined) {
        for await (const { data } of frames) await io.stdout.write(data);
        return;
      }
      const bytes = await writeWhole(values.out, frames);
      await io.stderr.write(`Wrote ${formatBytes(bytes)} to ${values.out}.\n`);
    });
  },
};
