import type { Tx } from "@gigtrail/platform/db/database";
import type { AnalysisSchema } from "./schema.ts";
import type { SessionName } from "./session-name.ts";

/**
 * Makes sure that a session's row exists and holds it until the transaction ends; answers whether the session was
 * deleted. Locks are taken in the order session, job, analysis; a worker takes the last two alone.
 */
export async function lockSession(tx: Tx<AnalysisSchema>, name: SessionName, userId: string): Promise<boolean> {
  const { deleted } = await tx
    .insertInto("sessions")
    .values({ workspace_id: name.workspaceId, session_id: name.sessionId, user_id: userId })
    .onConflict((conflict) =>
      conflict.columns(["workspace_id", "session_id"]).doUpdateSet((row) => ({ user_id: row.ref("excluded.user_id") })),
    )
    .returning("deleted")
    .executeTakeFirstOrThrow();
  return deleted;
}
