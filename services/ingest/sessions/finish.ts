import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { TabEnd } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { sql } from "kysely";
import type { OpenSession } from "../chunks/open-sessions.ts";
import { durableThrough } from "../chunks/seq-ranges.ts";
import type { IngestSchema } from "../db/schema.ts";
import { MAX_SEQ_AHEAD, MAX_TABS } from "../limits.ts";
import { settleSession } from "./settle-session.ts";

/** Who says that a session is over. */
export type FinishedBy = "client" | "sweep";

/**
 * Finishes a locked session with the stated ends of its tabs; those that are not named end with what has arrived.
 * Returns whether it was completed by this transaction. One whose events have expired stays as it is: nothing that it
 * waits for could be stored. Throws `seq_too_far` and `too_many_tabs`.
 */
export async function finish(
  tx: Tx<IngestSchema>,
  session: OpenSession,
  ends: readonly TabEnd[],
  by: FinishedBy,
): Promise<boolean> {
  if (session.eventsExpired) return false;
  const raised = stateEnds(session, ends);
  const wasEndedQuietly = session.endedQuietly;
  session.endedQuietly = by === "sweep";
  if (session.isClosed && !raised) {
    // Its client has finished it as well: what comes now comes late.
    if (wasEndedQuietly) await markFinishing(tx, session);
    return false;
  }
  // A closed session of which more is stated is open again, and closed anew once that has arrived.
  if (session.isClosed) session.reopened = true;
  if (session.state === "recording") session.state = "finishing";
  await writeEnds(tx, session);
  await markFinishing(tx, session);
  return settleSession(tx, session);
}

/** Puts the stated ends into the session's tabs; returns whether any goes beyond what was stated before. */
function stateEnds(session: OpenSession, ends: readonly TabEnd[]): boolean {
  let raised = false;
  for (const end of ends) {
    const tab = session.tab(end.tabId.toLowerCase());
    const lastSeq = Number(end.lastSeq);
    if (lastSeq > durableThrough(tab.received) + MAX_SEQ_AHEAD) throw refusal("seq_too_far");
    if (tab.lastSeq !== null && lastSeq <= tab.lastSeq) continue;
    tab.lastSeq = lastSeq;
    raised = true;
  }
  if (session.knownTabs().length > MAX_TABS) throw refusal("too_many_tabs");
  for (const tab of session.knownTabs()) tab.lastSeq = Math.max(tab.lastSeq ?? 0, tab.received.at(-1)?.[1] ?? 0);
  return raised;
}

const NOTHING_STORED = {
  event_count: 0,
  chunk_count: 0,
  raw_bytes: 0,
  stored_bytes: 0,
  masked_values: 0,
  cut_events: 0,
  misdated_events: 0,
  dropped_events: 0,
  first_event_ms: null,
  last_event_ms: null,
  clock_offset_ms: null,
};

async function writeEnds(tx: Tx<IngestSchema>, session: OpenSession): Promise<void> {
  const tabs = session.knownTabs();
  if (tabs.length === 0) return;
  await tx
    .insertInto("tabs")
    .values(tabs.map((tab) => ({ ...tab.row(), ...NOTHING_STORED })))
    .onConflict((conflict) =>
      conflict
        .columns(["workspace_id", "session_id", "tab_id"])
        .doUpdateSet((row) => ({ last_seq: row.ref("excluded.last_seq") })),
    )
    .execute();
}

/** Stores that it is finished; settling then finds out whether everything is there. */
async function markFinishing(tx: Tx<IngestSchema>, { name, state, endedQuietly }: OpenSession): Promise<void> {
  await tx
    .updateTable("sessions")
    .set({ state, ended_quietly: endedQuietly, touch_time: sql`now()` })
    .where("workspace_id", "=", name.workspaceId)
    .where("session_id", "=", name.sessionId)
    .execute();
}
