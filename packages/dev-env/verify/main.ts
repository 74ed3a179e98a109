/** `bun run verify`: everything that can be checked without running the product. Ends with 1 when something is amiss. */
import { join } from "node:path";
import { type Check, CHECKS } from "./checks.ts";

process.chdir(join(import.meta.dir, "../../.."));

let failed = 0;
for (const check of CHECKS) {
  const problem = await attempt(check);
  process.stdout.write(`${problem === undefined ? "ok    " : "FAILED"} ${check.name}\n`);
  if (problem === undefined) continue;
  failed += 1;
  process.stdout.write(`${problem.trimEnd()}\n`);
}
process.stdout.write(failed === 0 ? "Everything is as it should be.\n" : `${failed} check(s) failed.\n`);
process.exit(failed === 0 ? 0 : 1);

async function attempt(check: Check): Promise<string | undefined> {
  try {
    return await check.run();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
