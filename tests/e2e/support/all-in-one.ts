import { join } from "node:path";
import { startAllInOne } from "@gigtrail/dev-env/all-in-one/start-all-in-one";
import { createLog } from "@gigtrail/platform/log";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { reachableTempFolder } from "@gigtrail/test-servers/unprivileged-user";
import { SETTINGS, type System } from "./system.ts";

let shared: Promise<System> | undefined;

/** The all-in-one of all tests of this process: the embedded database, the bus in process. Ends with the process. */
export function sharedAllInOne(): Promise<System> {
  return (shared ??= boot());
}

async function boot(): Promise<System> {
  // A socket's path is short; the folder for temporary files may not be.
  const folder = createTempFolder(reachableTempFolder());
  const temp = process.env["TMPDIR"];
  // The embedded database's socket goes where it is removed with this process: `bun test` runs no exit handlers.
  process.env["TMPDIR"] = folder.path;
  try {
    const dataFolder = join(folder.path, "data");
    const log = createLog("e2e", process.env["E2E_LOG"] ?? "silent");
    const { url, surroundings } = await startAllInOne({ dataFolder, env: { ...SETTINGS, PORT: "0" }, log });
    return { url, database: surroundings.database, masterKey: surroundings.masterKey };
  } finally {
    if (temp === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = temp;
  }
}
