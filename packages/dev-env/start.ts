/** `bun run start`: everything in one process, on http://127.0.0.1:8080, with its data in ./.gigtrail. */
import { parseArgs } from "node:util";
import { runUntilSignal } from "@gigtrail/platform/lifecycle";
import { createLog } from "@gigtrail/platform/log";
import { startAllInOne } from "./all-in-one/start-all-in-one.ts";
import { assertPlatform } from "./terminal/assert-platform.ts";
import { runPlainly } from "./terminal/run-plainly.ts";

await runPlainly(async () => {
  assertPlatform();
  const { values } = parseArgs({ options: { data: { type: "string", default: ".gigtrail" } } });
  const startedMs = performance.now();
  const log = createLog("gigtrail", process.env["LOG_LEVEL"] ?? "info");
  const gigtrail = await startAllInOne({ dataFolder: values.data, env: process.env, log });
  runUntilSignal(gigtrail, log);
  process.stdout.write(
    `Gigtrail is at ${gigtrail.url} (ready in ${Math.round(performance.now() - startedMs)} ms). Ctrl-C ends it.\n`,
  );
  process.stdout.write(`Data and the master key are in ${values.data}; whoever has both can read everything.\n`);
  if (gigtrail.embedded) {
    process.stdout.write(
      "The embedded database survives a crash of this process, but not a power cut. For that, set DATABASE_URL to a PostgreSQL.\n",
    );
  }
});
