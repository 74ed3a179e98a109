import { ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { parseArguments, requireSessionId, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { readStream } from "../connection/read-stream.ts";
import type { Command } from "./command.ts";

/** Reads a session's events back. */
export const read: Command = {
  usage: "read SESSION",
  summary: "Write a session's events to standard output, one JSON object a line",
  options: ["--merged            all tabs in one order of time, instead of tab after tab"],
  async run(argv, io) {
    const { values, positionals } = parseArguments(
      argv,
      { ...SERVER_OPTIONS, merged: { type: "boolean" } },
      { name: "SESSION", min: 1, max: 1 },
    );
    const sessionId = requireSessionId(positionals[0]);
    const order = values.merged === true ? ReadEventsRequest_Order.MERGED : ReadEventsRequest_Order.BY_TAB;
    await withConnection(io, values.server, async ({ ingest, stream, tokens }) => {
      const frames = readStream(tokens, () => ingest.readEvents({ sessionId, order }, stream));
      for await (const { data } of frames) await io.stdout.write(data);
    });
  },
};
