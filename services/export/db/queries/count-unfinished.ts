import { sql } from "kysely";
import type { Owner } from "../../exports/owner.ts";
import type { ExportTx } from "../schema.ts";

/** How many exports of a member are queued or running. */
export async function countUnfinished(tx: ExportTx, { workspaceId, userId }: Owner): Promise<number> {
  const { count } = await tx
    .selectFrom("exports")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("workspace_id", "=", workspaceId)
    .where("user_id", "=", userId)
    .where("state", "in", ["queued", "running"])
    .where("expire_time", ">", sql<Date>`now()`)
    .executeTakeFirstOrThrow();
  return count;
}
