/** `bun run gigtrail …`: the command line client; `gigtrail users …` works on the database of this machine instead. */
import { runPlainly } from "./terminal/run-plainly.ts";
import { resetUser } from "./users/reset.ts";

const [command, ...words] = process.argv.slice(2);
if (command === "users") {
  await runPlainly(() => resetUser(words));
  process.exit(0);
}
await import("@gigtrail/cli/main");
