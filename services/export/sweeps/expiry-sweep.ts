import { sql } from "kysely";
import type { ExportContext } from "../context.ts";
import { removeExport } from "../db/queries/remove-export.ts";
import { WRITE_EXPORT } from "../jobs/kinds.ts";

/** Exports removed in one go. */
const BATCH = 100;

type Needs = Pick<ExportContext, "db" | "log" | "wakeSweep">;

/**
 * Removes exports whose time is over: key and row first, then the job and the note that led here, so that a crash in
 * between leaves only what the next sweep does again. Returns whether there are more.
 */
export async function removeExpired({ db, log, wakeSweep }: Needs): Promise<boolean> {
  const expired = await db.asSystem((tx) =>
    tx
      .selectFrom("expiries")
      .select(["export_id", "workspace_id"])
      .where("expire_time", "<=", sql<Date>`now()`)
      .orderBy("expire_time")
      .limit(BATCH)
      .execute(),
  );
  for (const { export_id: exportId, workspace_id: workspaceId } of expired) {
    await db.inWorkspace(workspaceId, (tx) => removeExport(tx, workspaceId, exportId));
    await db.asSystem(async (tx) => {
      await tx.deleteFrom("jobs").where("kind", "=", WRITE_EXPORT).where("key", "=", exportId).execute();
      await tx.deleteFrom("expiries").where("export_id", "=", exportId).execute();
    });
  }
  if (expired.length > 0) {
    wakeSweep();
    log.info({ count: expired.length }, "expired exports were removed");
  }
  return expired.length === BATCH;
}
