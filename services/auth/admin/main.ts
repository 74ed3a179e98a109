import { ConfigError, loadConfig } from "@gigtrail/platform/config";
import { reasonOf } from "@gigtrail/platform/errors";
import { createLog } from "@gigtrail/platform/log";
import { ConnectError } from "@connectrpc/connect";
import { z } from "zod";
import { runReset } from "./reset-command.ts";

const USAGE = `Usage: bun services/auth/admin/main.ts reset EMAIL [--stdin]

Gives the account EMAIL a new password and signs it out everywhere. A random password is made and shown once; with
--stdin the first line of the standard input is the password.
`;

const adminConfig = z.object({
  DATABASE_URL: z.url().describe("PostgreSQL of the auth service, for a user who may take the role gt_auth_system"),
});

process.exitCode = await main(process.argv.slice(2)).catch(explain);

async function main(words: readonly string[]): Promise<number> {
  const [command, email, option] = words;
  if (command !== "reset" || email === undefined || words.length > 3 || (option ?? "--stdin") !== "--stdin") {
    process.stderr.write(USAGE);
    return 2;
  }
  const { DATABASE_URL: url } = loadConfig(adminConfig, process.env);
  const newPassword = option === undefined ? undefined : await firstLine();
  const { done, text } = await runReset({ address: { url }, log: createLog("auth", "warn"), email, newPassword });
  (done ? process.stdout : process.stderr).write(`${text}\n`);
  return done ? 0 : 1;
}

async function firstLine(): Promise<string> {
  const [line = ""] = (await Bun.stdin.text()).split(/\r?\n/);
  return line;
}

/** What the user can mend is said in a sentence; anything else is a bug and shows its stack. */
function explain(error: unknown): number {
  const isMendable = error instanceof ConfigError || reasonOf(error) !== undefined;
  if (!isMendable) throw error;
  process.stderr.write(`${error instanceof ConnectError ? error.rawMessage : String(error)}\n`);
  return 1;
}
