import { sql } from "kysely";
import type { ExportContext } from "../context.ts";
import { failExports } from "../db/queries/fail-exports.ts";
import { tellViewers } from "../exports/tell-viewers.ts";
import { WRITE_EXPORT } from "../jobs/kinds.ts";

/** Jobs that died longer ago than this have been looked at, in minutes. */
const LOOK_BACK_MINUTES = 60;

/** Fails the exports of jobs that were given up by a process that died before it could say so. */
export async function failDeadExports({ db, bus }: Pick<ExportContext, "db" | "bus">): Promise<void> {
  const dead = await db.asSystem((tx) =>
    tx
      .selectFrom("jobs")
      .select(["key", "workspace_id", "error_reason"])
      .where("kind", "=", WRITE_EXPORT)
      .where("state", "=", "dead")
      .where("update_time", ">", sql<Date>`now() - ${`${LOOK_BACK_MINUTES} minutes`}::interval`)
      .execute(),
  );
  for (const { key, workspace_id: workspaceId, error_reason: reason } of dead) {
    const failure = {
      workspaceId,
      exportIds: [key],
      states: ["queued", "running"],
      reason: reason ?? "internal",
    } as const;
    const rows = await db.inWorkspace(workspaceId, (tx) => failExports(tx, failure));
    for (const row of rows) tellViewers(bus, row);
  }
}
