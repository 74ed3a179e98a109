import type { ServiceImpl } from "@connectrpc/connect";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { broadcastProgress } from "@gigtrail/platform/live";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService, TabEnd } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type OpenSession, openSessions, type SessionName } from "../chunks/open-sessions.ts";
import { durableThrough } from "../chunks/seq-ranges.ts";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import { MAX_SEQ_AHEAD, MAX_TABS } from "../limits.ts";
import { settleSession } from "../sessions/settle-session.ts";
import { toUploadState } from "../sessions/upload-state.ts";

type Rpc = ServiceImpl<typeof IngestService>["finishSession"];

/** Takes note of each tab's last chunk, and completes the session when all are in. */
export function finishSession({ db, bus, intake, wake }: IngestContext): Rpc {
  return async ({ sessionId, tabs }, context) => {
    const { workspaceId, userId } = userOf(context);
    const name = { workspaceId, sessionId: sessionId.toLowerCase() };
    const { session, completed } = await db.inWorkspace(workspaceId, (tx) => finish(tx, name, userId, tabs));
    if (completed) wake.outbox();
    const uploadState = toUploadState(
      name.sessionId,
      session.state,
      session.generation,
      session.knownTabs().toSorted((a, b) => (a.tabId < b.tabId ? -1 : 1)),
      intake.throttleMs,
    );
    broadcastProgress(bus, { workspaceId, userId, change: { case: "uploadState", value: uploadState } });
    return { uploadState };
  };
}

async function finish(tx: Tx<IngestSchema>, name: SessionName, userId: string, ends: readonly TabEnd[]) {
  const session = (await openSessions(tx, [name])).find(name, userId);
  if (typeof session === "string") throw refusal(session);
  const raised = stateEnds(session, ends);
  // A complete session of which more is stated is open again, and completed anew once that has arrived.
  if (session.state === "complete" && raised) session.reopened = true;
  if (session.state === "recording") session.state = "finishing";
  await writeEnds(tx, session);
  const completed = await settleSession(tx, session);
  return { session, completed };
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
  // Tabs that the client did not name end with what has arrived of them.
  for (const tab of session.knownTabs()) tab.lastSeq = Math.max(tab.lastSeq ?? 0, tab.received.at(-1)?.[1] ?? 0);
  return raised;
}

async function writeEnds(tx: Tx<IngestSchema>, session: OpenSession): Promise<void> {
  const tabs = session.knownTabs();
  if (tabs.length === 0) {
    await markFinishing(tx, session);
    return;
  }
  const none = { event_count: 0, chunk_count: 0, raw_bytes: 0, stored_bytes: 0, masked_values: 0, dropped_events: 0 };
  await tx
    .insertInto("tabs")
    .values(tabs.map((tab) => ({ ...tab.row(), ...none, first_event_ms: null, last_event_ms: null })))
    .onConflict((conflict) =>
      conflict
        .columns(["workspace_id", "session_id", "tab_id"])
        .doUpdateSet((row) => ({ last_seq: row.ref("excluded.last_seq") })),
    )
    .execute();
  await markFinishing(tx, session);
}

/** Stores that the client has finished; settling then finds out whether everything is there. */
async function markFinishing(tx: Tx<IngestSchema>, { name, state }: OpenSession): Promise<void> {
  await tx
    .updateTable("sessions")
    .set({ state })
    .where("workspace_id", "=", name.workspaceId)
    .where("session_id", "=", name.sessionId)
    .execute();
}
