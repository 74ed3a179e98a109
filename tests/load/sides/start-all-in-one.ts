import { join } from "node:path";
import { execPath } from "node:process";
import { freePort } from "@gigtrail/test-servers/free-port";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { startProgram } from "../measure/start-program.ts";
import { Gigtrail, UNLIMITED_ADDRESS } from "./gigtrail.ts";

const START = join(import.meta.dir, "../../../packages/dev-env/start.ts");

/** Starts an all-in-one on a database of its own, with its blobs in a temporary folder; it ends with the bench. */
export async function startAllInOne(stack: AsyncDisposableStack, databaseUrl: string): Promise<Gigtrail> {
  const folder = stack.use(createTempFolder());
  const port = freePort();
  const env = { DATABASE_URL: databaseUrl, PORT: String(port), LOG_LEVEL: "error", ...UNLIMITED_ADDRESS };
  const program = await startProgram([execPath, START, "--data", folder.path], env);
  stack.defer(() => program.stop());
  return Gigtrail.open(`http://127.0.0.1:${port}`, [program.pid], join(folder.path, "blobs"));
}
