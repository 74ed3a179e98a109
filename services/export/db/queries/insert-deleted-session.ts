import type { ExportTx } from "../schema.ts";

/** Remembers for ever that a session is deleted. */
export async function insertDeletedSession(tx: ExportTx, workspaceId: string, sessionId: string): Promise<void> {
  await tx
    .insertInto("deleted_sessions")
    .values({ workspace_id: workspaceId, session_id: sessionId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
