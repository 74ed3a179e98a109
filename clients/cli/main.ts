/** `bun run gigtrail …`: the command line on this process's own terminal. */
import { runCli } from "./run.ts";
import { processInput } from "./terminal/process-input.ts";
import { processOutput } from "./terminal/process-output.ts";

const stop = new AbortController();
// The first Ctrl-C lets a command end in order; the second finds no listener and ends the process.
process.once("SIGINT", () => stop.abort());
process.once("SIGTERM", () => stop.abort());

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: processOutput(process.stdout),
  stderr: processOutput(process.stderr),
  stdin: processInput(),
  env: process.env,
  signal: stop.signal,
});
