import { sql } from "kysely";
import type { ExportTx } from "../schema.ts";

/** The exports that hold or name a session and have not failed. */
export async function findExportsOfSession(tx: ExportTx, workspaceId: string, sessionId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("exports as e")
    .select("e.export_id")
    .where("e.workspace_id", "=", workspaceId)
    .where("e.state", "!=", "failed")
    .where(
      sql<boolean>`(e.session_ids @> array[${sessionId}::uuid] or e.export_id in (
        select s.export_id from export_sessions s where s.workspace_id = ${workspaceId} and s.session_id = ${sessionId}))`,
    )
    .execute();
  return rows.map((row) => row.export_id);
}
