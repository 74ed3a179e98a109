import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { sql } from "kysely";
import { blobName } from "../blocks/block.ts";
import type { IngestSchema } from "../db/schema.ts";
import { MAX_SEQ_AHEAD, MAX_TABS } from "../limits.ts";
import { toSessionState } from "../sessions/find-session.ts";
import { settleSession } from "../sessions/settle-session.ts";
import type { ChunkOutcome, SealedChunk } from "./chunk.ts";
import { groupSessions, type OpenSession, type OpenSessions, type OpenTab, openSessions } from "./open-sessions.ts";
import { addSeq, durableThrough } from "./seq-ranges.ts";
import { storedChunks } from "./stored-chunks.ts";

/** A chunk's outcome, or the refusal that it gets; refusals do not fail the others of the transaction. */
export type CommitResult = ChunkOutcome | { refused: Error };

/** What a chunk adds to its tab's counts; the rest of the tab's row is replaced. */
interface Accepted {
  readonly chunk: SealedChunk;
  readonly tab: OpenTab;
}

/**
 * Commits chunks of any sessions in one transaction, each judged by itself: unknown or deleted session, number too
 * far ahead, the same chunk again, another one under its number. Sessions are locked in id order, so that two such
 * transactions cannot wait for each other in a circle, and a deletion comes wholly before or after.
 */
export async function commitChunks(tx: Tx<IngestSchema>, chunks: readonly SealedChunk[]): Promise<CommitResult[]> {
  const sessions = await openSessions(tx, groupSessions(chunks));
  const known = await storedChunks(tx, chunks);
  const accepted: Accepted[] = [];
  const judged = chunks.map((chunk) => {
    const session = sessions.find(chunk.block, chunk.userId);
    const verdict = judge(chunk, session, known);
    if (verdict.kind === "stored") accepted.push({ chunk, tab: verdict.tab });
    return verdict;
  });
  if (accepted.length > 0) await insertAccepted(tx, accepted);
  const completed = new Set<OpenSession>();
  for (const session of sessions.changed()) {
    if (await settleSession(tx, session)) completed.add(session);
  }
  return judged.map((verdict) => {
    if (verdict.kind === "refused") return { refused: verdict.error };
    const { session, tab } = verdict;
    const { tabId, received, lastSeq, hasFullSnapshot } = tab;
    return {
      stored: verdict.kind !== "duplicate",
      tab: { tabId, received, lastSeq, hasFullSnapshot },
      maskedValues: verdict.maskedValues,
      state: toSessionState(session.state),
      generation: session.generation,
      completed: completed.has(session),
    };
  });
}

type Verdict =
  | { kind: "refused"; error: Error }
  | { kind: "duplicate" | "stored" | "stored_before"; session: OpenSession; tab: OpenTab; maskedValues: number };

/** Decides on one chunk, and notes it in its tab when it is new. */
function judge(
  chunk: SealedChunk,
  session: ReturnType<OpenSessions["find"]>,
  known: Awaited<ReturnType<typeof storedChunks>>,
): Verdict {
  if (typeof session === "string") return { kind: "refused", error: refusal(session) };
  const before = known.find(chunk);
  const tab = session.tab(chunk.block.tabId);
  if (before !== undefined) {
    if (!before.hash.equals(chunk.hash)) return { kind: "refused", error: refusal("chunk_conflict") };
    // Its own block: an earlier transaction was committed, and only the answer was lost.
    const kind = before.blockId === chunk.block.blockId ? "stored_before" : "duplicate";
    return { kind, session, tab, maskedValues: before.maskedValues };
  }
  if (!tab.isKnown && session.knownTabs().length >= MAX_TABS) {
    return { kind: "refused", error: refusal("too_many_tabs") };
  }
  if (chunk.seq > durableThrough(tab.received) + MAX_SEQ_AHEAD) {
    return { kind: "refused", error: refusal("seq_too_far") };
  }
  tab.received = addSeq(tab.received, chunk.seq);
  tab.hasFullSnapshot ||= chunk.hasFullSnapshot;
  session.note(tab, chunk.seq);
  known.add(chunk);
  return { kind: "stored", session, tab, maskedValues: chunk.maskedValues };
}

async function insertAccepted(tx: Tx<IngestSchema>, accepted: readonly Accepted[]): Promise<void> {
  await upsertTabs(tx, accepted);
  await tx
    .insertInto("chunks")
    .values(
      accepted.map(({ chunk }) => ({
        workspace_id: chunk.block.workspaceId,
        session_id: chunk.block.sessionId,
        tab_id: chunk.block.tabId,
        seq: chunk.seq,
        hash: chunk.hash,
        block_id: chunk.block.blockId,
        stored_bytes: chunk.storedBytes,
        masked_values: chunk.maskedValues,
        client_sent_time: chunk.clientSentTime ?? null,
      })),
    )
    .execute();
  // A sweep that took one of these names for nobody's has 'doomed' it: then this insert fails, and the chunk is
  // tried again under another name.
  await tx
    .insertInto("blobs")
    .values(accepted.map(({ chunk }) => ({ name: blobName(chunk.block), state: "live" as const })))
    .execute();
}

/** Writes each touched tab's row once, adding what its chunks bring to the counts. */
async function upsertTabs(tx: Tx<IngestSchema>, accepted: readonly Accepted[]): Promise<void> {
  const byTab = Map.groupBy(accepted, ({ tab }) => tab);
  const rows = [...byTab].map(([tab, items]) => {
    const sum = (count: (chunk: SealedChunk) => number) => items.reduce((total, { chunk }) => total + count(chunk), 0);
    return {
      ...tab.row(),
      event_count: sum((chunk) => chunk.eventCount),
      chunk_count: items.length,
      raw_bytes: sum((chunk) => chunk.rawBytes),
      stored_bytes: sum((chunk) => chunk.storedBytes),
      masked_values: sum((chunk) => chunk.maskedValues),
      dropped_events: sum((chunk) => chunk.droppedEvents),
      first_event_ms: Math.min(...items.map(({ chunk }) => chunk.firstMs)),
      last_event_ms: Math.max(...items.map(({ chunk }) => chunk.lastMs)),
    };
  });
  await tx
    .insertInto("tabs")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["workspace_id", "session_id", "tab_id"]).doUpdateSet({
        received: sql`excluded.received`,
        last_seq: sql`excluded.last_seq`,
        has_full_snapshot: sql`excluded.has_full_snapshot`,
        event_count: sql`tabs.event_count + excluded.event_count`,
        chunk_count: sql`tabs.chunk_count + excluded.chunk_count`,
        raw_bytes: sql`tabs.raw_bytes + excluded.raw_bytes`,
        stored_bytes: sql`tabs.stored_bytes + excluded.stored_bytes`,
        masked_values: sql`tabs.masked_values + excluded.masked_values`,
        dropped_events: sql`tabs.dropped_events + excluded.dropped_events`,
        first_event_ms: sql`least(tabs.first_event_ms, excluded.first_event_ms)`,
        last_event_ms: sql`greatest(tabs.last_event_ms, excluded.last_event_ms)`,
      }),
    )
    .execute();
}
