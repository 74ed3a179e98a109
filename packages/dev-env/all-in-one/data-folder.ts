import { Database, SQLiteError } from "bun:sqlite";
import { accessSync, constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import { PlainError } from "@gigtrail/platform/plain-error";

/** A data folder that this process alone uses. */
export interface DataFolder {
  readonly path: string;
  release(): void;
}

/**
 * Takes a data folder for this process: the embedded database would be destroyed by two at once. The lock is SQLite's
 * own on an empty file, which the kernel lets go of however the process ends. A file that names a process id would
 * outlive a crash, and in a container the next process has the same id.
 */
export function takeDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new PlainError(
      `The data folder ${path} cannot be written. Check its permissions, or choose another with --data DIR.`,
      { cause: error },
    );
  }
  const lock = new Database(join(path, "lock"), { create: true });
  try {
    lock.run("pragma locking_mode = exclusive");
    lock.run("begin exclusive");
  } catch (error) {
    lock.close();
    throw lockError(path, error);
  }
  return { path, release: () => lock.close() };
}

function lockError(path: string, error: unknown): unknown {
  if (!(error instanceof SQLiteError)) return error;
  if (error.code === "SQLITE_BUSY") {
    return new PlainError(
      `The data folder ${path} is in use by another Gigtrail. Stop that one, or choose another folder with --data DIR.`,
      { cause: error },
    );
  }
  return new PlainError(
    `The data folder ${path} cannot be written: is its disk full? Free some space and start again.`,
    {
      cause: error,
    },
  );
}
