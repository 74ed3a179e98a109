import { open, rm, stat } from "node:fs/promises";
import { CliFailure } from "../failure.ts";

/** A lock that is older was left behind by a process that is gone: what it guards takes a few seconds at most. */
export const STALE_LOCK_MS = 60_000;

const POLL_MS = 50;

/** Runs `work` while no other process runs anything under the same lock file. */
export async function withFileLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  while (!(await tryLock(path))) {
    signal?.throwIfAborted();
    await removeIfStale(path);
    await Bun.sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx", 0o600);
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw new CliFailure(`${path} cannot be written; check who owns its folder, or set GIGTRAIL_CREDENTIALS.`, {
      cause: error,
    });
  }
}

async function removeIfStale(path: string): Promise<void> {
  // It may be gone by now, and then it was not stale.
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs > STALE_LOCK_MS) await rm(path, { force: true });
}
