import type { Tx } from "@gigtrail/platform/db/database";
import type { OpenSession } from "../chunks/open-sessions.ts";
import { isWhole } from "../chunks/seq-ranges.ts";
import type { IngestSchema } from "../db/schema.ts";
import { closeSession } from "./close-session.ts";

/**
 * Brings a locked session's state in line with what has arrived, and closes it when all that was stated is there.
 * Returns whether it was completed, or completed anew, by this transaction.
 */
export async function settleSession(tx: Tx<IngestSchema>, session: OpenSession): Promise<boolean> {
  if (session.takenUp) {
    if (session.isClosed) session.generation += 1;
    await open(tx, session, "recording");
  }
  if (session.state === "recording" || (session.isClosed && !session.reopened)) return false;
  if (session.reopened) session.generation += 1;
  const whole = session.knownTabs().every((tab) => isWhole(tab.received, tab.lastSeq));
  if (whole) await closeSession(tx, session, "complete");
  else if (session.reopened) await open(tx, session, "finishing");
  session.reopened = false;
  return whole;
}

async function open(tx: Tx<IngestSchema>, session: OpenSession, state: "recording" | "finishing"): Promise<void> {
  session.state = state;
  session.takenUp = false;
  session.endedQuietly = false;
  await tx
    .updateTable("sessions")
    .set({ state, generation: session.generation, ended_quietly: false })
    .where("workspace_id", "=", session.name.workspaceId)
    .where("session_id", "=", session.name.sessionId)
    .execute();
}
