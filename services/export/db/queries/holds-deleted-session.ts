import { sql } from "kysely";
import type { ExportTx } from "../schema.ts";

/** Whether an export holds or names a session that is deleted. */
export async function holdsDeletedSession(tx: ExportTx, workspaceId: string, exportId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("deleted_sessions as d")
    .innerJoin("exports as e", "e.workspace_id", "d.workspace_id")
    .select("d.session_id")
    .where("e.workspace_id", "=", workspaceId)
    .where("e.export_id", "=", exportId)
    .where(
      sql<boolean>`(d.session_id = any(e.session_ids) or exists (
        select 1 from export_sessions s
         where s.workspace_id = e.workspace_id and s.export_id = e.export_id and s.session_id = d.session_id))`,
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
