import { mkdirSync, openSync, readFileSync, rmSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";
import { PlainError } from "./plain-error.ts";

/** A data folder that this process alone uses. */
export interface DataFolder {
  readonly path: string;
  release(): void;
}

/**
 * Takes a data folder for this process. The embedded database would be destroyed by two at once, so a lock file names
 * the one that has it; one left by a process that is no more is taken over.
 */
export function takeDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new PlainError(`The data folder ${path} cannot be made. Choose another with --data DIR.`, { cause: error });
  }
  const lock = join(path, "lock");
  for (let tries = 0; tries < 2; tries += 1) {
    if (writeLock(lock)) return { path, release: () => rmSync(lock, { force: true }) };
    const holder = Number(readFileSync(lock, "utf8"));
    if (isAlive(holder)) {
      throw new PlainError(
        `The data folder ${path} is in use by process ${holder}. Stop it, or choose another folder with --data DIR.`,
      );
    }
    rmSync(lock, { force: true });
  }
  throw new PlainError(`The data folder ${path} was taken by another process at the same moment. Try again.`);
}

function writeLock(lock: string): boolean {
  try {
    const file = openSync(lock, "wx", 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new PlainError(`The data folder cannot be written. Check its permissions and the free space on its disk.`, {
      cause: error,
    });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
