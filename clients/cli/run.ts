import { approve } from "./commands/approve.ts";
import type { Command } from "./commands/command.ts";
import { deleteSession } from "./commands/delete.ts";
import { exportData } from "./commands/export.ts";
import { importFiles } from "./commands/import.ts";
import { login } from "./commands/login.ts";
import { logout } from "./commands/logout.ts";
import { read } from "./commands/read.ts";
import { recordPageCommand } from "./commands/record-page.ts";
import { sessions } from "./commands/sessions.ts";
import { settings } from "./commands/settings.ts";
import { show } from "./commands/show.ts";
import { signUp } from "./commands/sign-up.ts";
import { storage } from "./commands/storage.ts";
import { watch } from "./commands/watch.ts";
import { CliFailure, UsageFailure } from "./failure.ts";
import { commandHelp, programHelp } from "./help.ts";
import { type CliIo, OutputClosed } from "./io.ts";

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["sign-up", signUp],
  ["login", login],
  ["logout", logout],
  ["approve", approve],
  ["import", importFiles],
  ["record-page", recordPageCommand],
  ["sessions", sessions],
  ["show", show],
  ["watch", watch],
  ["export", exportData],
  ["read", read],
  ["delete", deleteSession],
  ["storage", storage],
  ["settings", settings],
]);

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/**
 * Carries out one command line (without the program's own name) and returns the exit code: 0 done, 1 failed, 2 the
 * command line is wrong. Every failure is one sentence on standard error.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    await dispatch(argv, io);
    return EXIT_DONE;
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT_DONE;
    await io.stderr.write(`${sentenceOf(error, io.signal)}\n`);
    return error instanceof UsageFailure ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function dispatch(argv: readonly string[], io: CliIo): Promise<void> {
  const [name, ...rest] = argv;
  if (name === undefined) throw new UsageFailure("No command given; `gigtrail help` lists them.");
  if (name === "help" || name === "--help" || name === "-h") return io.stdout.write(programHelp(COMMANDS));
  const command = COMMANDS.get(name);
  if (command === undefined) throw new UsageFailure(`There is no command ${name}; \`gigtrail help\` lists them.`);
  if (rest.includes("--help") || rest.includes("-h")) return io.stdout.write(commandHelp(command));
  return command.run(rest, io);
}

function sentenceOf(error: unknown, signal: AbortSignal | undefined): string {
  if (error instanceof CliFailure) return error.message;
  if (signal?.aborted === true) return "Stopped.";
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `Something went wrong in this program (${what}); please report it.`;
}
