import { join } from "node:path";
import { parseArgs } from "node:util";
import { runReset } from "@gigtrail/auth/admin/reset-command";
import { createLog } from "@gigtrail/platform/log";
import { takeDataFolder } from "../all-in-one/data-folder.ts";
import { openAllInOneDatabase } from "../all-in-one/open-all-in-one-database.ts";
import { PlainError } from "@gigtrail/platform/plain-error";

const USAGE = "Usage: bun run gigtrail users reset EMAIL [--data DIR]";

/**
 * `gigtrail users reset EMAIL`: gives an account a new random password, shown once, and signs it out everywhere. Works
 * on the database itself, on the machine that has it: the one of DATABASE_URL, or the embedded one of a data folder
 * (stop Gigtrail first).
 */
export async function resetUser(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { data: { type: "string", default: ".gigtrail" } },
  });
  const [command, email] = positionals;
  if (command !== "reset" || email === undefined || positionals.length > 2) throw new PlainError(USAGE);
  const embedded = !process.env["DATABASE_URL"];
  const folder = embedded ? takeDataFolder(values.data) : undefined;
  const database = await openAllInOneDatabase(process.env, join(values.data, "postgres"));
  try {
    const { address } = database.surroundings;
    const result = await runReset({ address, log: createLog("auth", "warn"), email, newPassword: undefined });
    if (!result.done) throw new PlainError(result.text);
    process.stdout.write(`${result.text}\n`);
  } finally {
    await database.stop();
    folder?.release();
  }
}
