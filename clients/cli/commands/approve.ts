import { parseArguments, SERVER_OPTIONS } from "../arguments.ts";
import { withConnection } from "../connection/connection.ts";
import { toPlainText } from "../terminal/plain-text.ts";
import type { Command } from "./command.ts";

/** Lets a device in that shows a pairing code. */
export const approve: Command = {
  usage: "approve CODE",
  summary: "Pair an extension: let in the device that shows CODE, to record for you",
  options: ["--name NAME         how you call the device (default: what it calls itself)"],
  async run(argv, io) {
    const { values, positionals } = parseArguments(
      argv,
      { ...SERVER_OPTIONS, name: { type: "string" } },
      { name: "CODE", min: 1, max: 1 },
    );
    await withConnection(io, values.server, async ({ devices, unary }) => {
      const request = { userCode: positionals[0] ?? "", displayName: values.name ?? "" };
      const { device } = await devices.approvePairing(request, unary);
      await io.stdout.write(`Paired ${toPlainText(device?.displayName ?? "the device")}.\n`);
    });
  },
};
