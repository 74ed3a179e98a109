import { refusal } from "@gigtrail/platform/errors";

/** Codes with which the file system says that there is no room. */
const FULL = new Set(["ENOSPC", "EDQUOT"]);
/** SQLSTATE 53100: disk_full. */
const DATABASE_FULL = "53100";
/** SQLSTATE 23505: unique_violation. */
const NOT_UNIQUE = "23505";

/** Whether a commit failed because the orphan sweep has taken its pack for nobody's. */
export function isPackTaken(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error) || !("table" in error)) return false;
  return error.code === NOT_UNIQUE && error.table === "packs";
}

/** Runs work that writes; where there is no room, the caller hears `storage_full` instead of an internal error. */
export async function forStorage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code === "string" && (FULL.has(code) || code === DATABASE_FULL)) {
      throw refusal("storage_full", { retryAfterMs: 60_000, cause: error });
    }
    throw error;
  }
}
