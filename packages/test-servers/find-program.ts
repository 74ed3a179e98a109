import { accessSync, constants, globSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folders that are not on everybody's PATH and hold servers all the same. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
/** Where distributions put PostgreSQL's programs, one folder a version. */
const POSTGRES_FOLDERS = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql*/bin",
  "/usr/local/opt/postgresql*/bin",
];
const CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** The path of nats-server, from PATH or the usual folders. */
export function findNatsServer(): string | undefined {
  return findProgram("nats-server");
}

/** The folder of initdb and postgres: the one on PATH, otherwise the newest version that is installed. */
export function findPostgresFolder(): string | undefined {
  const onPath = findProgram("postgres");
  const installed = POSTGRES_FOLDERS.flatMap((pattern) => globSync(pattern));
  installed.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  const folders = onPath === undefined ? installed : [dirname(onPath), ...installed];
  return folders.find((folder) => isProgram(join(folder, "postgres")) && isProgram(join(folder, "initdb")));
}

/** The path of Chromium or Chrome: what CHROMIUM names, otherwise from PATH. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named) return isProgram(named) ? named : findProgram(named);
  return CHROMIUM_NAMES.map(findProgram).find((path) => path !== undefined);
}

function findProgram(name: string): string | undefined {
  return Bun.which(name) ?? MORE_FOLDERS.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
