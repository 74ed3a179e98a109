import { sql } from "kysely";
import type { Owner } from "../../exports/owner.ts";
import type { ExportTx } from "../schema.ts";

/** The exports that an owner may see: their own, not expired, and not made with a right that they have lost. */
export function selectExports(tx: ExportTx, { workspaceId, userId, seesAll }: Owner) {
  const own = tx
    .selectFrom("exports")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("user_id", "=", userId)
    .where("expire_time", ">", sql<Date>`now()`);
  return seesAll ? own : own.where("sees_all", "=", false);
}
