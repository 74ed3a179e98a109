import type { ExportTx } from "../schema.ts";

/** Notes that an export holds data of these sessions. */
export async function insertExportSessions(
  tx: ExportTx,
  workspaceId: string,
  exportId: string,
  sessionIds: readonly string[],
): Promise<void> {
  if (sessionIds.length === 0) return;
  await tx
    .insertInto("export_sessions")
    .values(sessionIds.map((id) => ({ workspace_id: workspaceId, export_id: exportId, session_id: id })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
