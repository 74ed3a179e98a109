import type { Tx } from "@gigtrail/platform/db/database";
import { lockSession } from "./lock-session.ts";
import type { AnalysisSchema } from "./schema.ts";
import type { SessionName } from "./session-name.ts";

/**
 * Removes all that was found in a session. With `deleted` it can never come back, whatever is heard later; without, a
 * later completion has it analysed anew. A worker that is at it finds nothing to write to.
 */
export async function forgetSession(
  tx: Tx<AnalysisSchema>,
  name: SessionName,
  userId: string,
  deleted: boolean,
): Promise<void> {
  await lockSession(tx, name, userId);
  if (deleted) {
    await tx
      .updateTable("sessions")
      .set({ deleted })
      .where("workspace_id", "=", name.workspaceId)
      .where("session_id", "=", name.sessionId)
      .execute();
  }
  // Its visits and sightings go with it.
  await tx
    .deleteFrom("analyses")
    .where("workspace_id", "=", name.workspaceId)
    .where("session_id", "=", name.sessionId)
    .execute();
}
