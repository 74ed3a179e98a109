import type { Tx } from "@gigtrail/platform/db/database";
import type { OpenSession } from "../chunks/open-sessions.ts";
import { isWhole } from "../chunks/seq-ranges.ts";
import type { IngestSchema, StoredState } from "../db/schema.ts";

/**
 * Brings a locked session's state in line with what has arrived, and tells the outbox when it is complete. Returns
 * whether it was completed, or completed anew, by this transaction.
 */
export async function settleSession(tx: Tx<IngestSchema>, session: OpenSession): Promise<boolean> {
  if (session.state === "recording") return false;
  const whole = session.knownTabs().every((tab) => isWhole(tab.received, tab.lastSeq));
  const state: StoredState = whole ? "complete" : "finishing";
  const completed = whole && (session.state === "finishing" || session.reopened);
  if (session.reopened) session.generation += 1;
  if (state !== session.state || session.reopened) {
    session.state = state;
    await tx
      .updateTable("sessions")
      .set({ state, generation: session.generation })
      .where("workspace_id", "=", session.name.workspaceId)
      .where("session_id", "=", session.name.sessionId)
      .execute();
  }
  session.reopened = false;
  if (completed) {
    await tx
      .insertInto("outbox")
      .values({
        kind: "completed",
        workspace_id: session.name.workspaceId,
        session_id: session.name.sessionId,
        user_id: session.userId,
        generation: session.generation,
      })
      .execute();
  }
  return completed;
}
