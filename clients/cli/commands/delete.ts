import { parseArguments, requireSessionId, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { CliFailure } from "../failure.ts";
import type { Command } from "./command.ts";

/** Deletes a session. */
export const deleteSession: Command = {
  usage: "delete SESSION",
  summary: "Delete a session and everything derived from it, for good",
  options: ["--yes               do not ask"],
  async run(argv, io) {
    const { values, positionals } = parseArguments(
      argv,
      { ...SERVER_OPTIONS, yes: { type: "boolean" } },
      { name: "SESSION", min: 1, max: 1 },
    );
    const sessionId = requireSessionId(positionals[0]);
    await withConnection(io, values.server, async ({ ingest, unary }) => {
      // Nobody can answer a script's question, and a script has been written on purpose.
      if (values.yes !== true && io.stdin.isTTY) {
        await io.stderr.write(`Delete ${sessionId} for good? [y/N] `);
        if (!/^y(es)?$/i.test((await io.stdin.readLine()).trim())) throw new CliFailure("Nothing was deleted.");
      }
      await ingest.deleteSession({ sessionId }, unary);
      await io.stdout.write(`Deleted ${sessionId}.\n`);
    });
  },
};
