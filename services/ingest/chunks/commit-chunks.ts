import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { Pack } from "../blocks/pack.ts";
import type { IngestSchema } from "../db/schema.ts";
import { MAX_SEQ_AHEAD, MAX_TABS } from "../limits.ts";
import { toSessionState } from "../sessions/find-session.ts";
import { settleSession } from "../sessions/settle-session.ts";
import type { ChunkOutcome, SealedChunk } from "./chunk.ts";
import { type AcceptedChunk, insertChunks } from "./insert-chunks.ts";
import { groupSessions, type OpenSession, type OpenSessions, type OpenTab, openSessions } from "./open-sessions.ts";
import { addSeq, durableThrough } from "./seq-ranges.ts";
import { storedChunks } from "./stored-chunks.ts";

/** A chunk's outcome, or the refusal that it gets; refusals do not fail the others of the transaction. */
export type CommitResult = ChunkOutcome | { refused: Error };

/** What became of the chunks of a pack. */
export interface PackCommit {
  /** One a chunk, in their order. */
  readonly results: readonly CommitResult[];
  /** At least one of the pack's blocks is needed; otherwise the pack may go. */
  readonly packNeeded: boolean;
  /** The rows' insertion, under way: the commit is sent behind it without waiting, and fails if it does. */
  readonly inserting: Promise<void>;
}

/**
 * Commits the chunks of a pack, of any sessions, in one transaction, each judged by itself: unknown or deleted session, number too
 * far ahead, the same chunk again, another one under its number. Sessions are locked in id order, so that two such
 * transactions cannot wait for each other in a circle, and a deletion comes wholly before or after.
 */
export async function commitChunks(
  tx: Tx<IngestSchema>,
  chunks: readonly SealedChunk[],
  pack: Pack,
): Promise<PackCommit> {
  // Begun together, answered in this order: what is stored is read when the sessions are locked.
  const [sessions, known] = await Promise.all([openSessions(tx, groupSessions(chunks)), storedChunks(tx, chunks)]);
  const accepted: AcceptedChunk[] = [];
  const judged = chunks.map((chunk, index) => {
    const session = sessions.find(chunk.block, chunk.userId);
    const verdict = judge(chunk, session, known);
    if (verdict.kind === "stored") accepted.push({ chunk, tab: verdict.tab, packOffset: pack.offsets[index] ?? 0 });
    return verdict;
  });
  const inserting = accepted.length > 0 ? insertChunks(tx, accepted, pack.packId) : Promise.resolve();
  // Whoever commits looks at it; until then it is nobody's unhandled rejection.
  inserting.catch(() => undefined);
  const completed = await settleAll(tx, sessions.changed()).catch(async (error: unknown) => {
    // Where the rows could not be inserted, that is what is to be told, not that it aborted what came after.
    await inserting;
    throw error;
  });
  const results = judged.map((verdict) => toResult(verdict, completed));
  return { results, packNeeded: accepted.length > 0, inserting };
}

/** Settles the sessions that got a chunk; returns those that were completed. */
async function settleAll(tx: Tx<IngestSchema>, sessions: readonly OpenSession[]): Promise<Set<OpenSession>> {
  const completed = new Set<OpenSession>();
  for (const session of sessions) if (await settleSession(tx, session)) completed.add(session);
  return completed;
}

function toResult(verdict: Verdict, completed: ReadonlySet<OpenSession>): CommitResult {
  if (verdict.kind === "refused") return { refused: verdict.error };
  const { session, tab } = verdict;
  const { tabId, received, lastSeq, snapshotSeq } = tab;
  return {
    stored: verdict.kind !== "duplicate",
    tab: { tabId, received, lastSeq, snapshotSeq },
    maskedValues: verdict.maskedValues,
    cutEvents: verdict.cutEvents,
    state: toSessionState(session.state),
    generation: session.generation,
    completed: completed.has(session),
  };
}

type Verdict =
  | { kind: "refused"; error: Error }
  | {
      kind: "duplicate" | "stored" | "stored_before";
      session: OpenSession;
      tab: OpenTab;
      maskedValues: number;
      cutEvents: number;
    };

/** Decides on one chunk, and notes it in its tab when it is new. */
function judge(
  chunk: SealedChunk,
  session: ReturnType<OpenSessions["find"]>,
  known: Awaited<ReturnType<typeof storedChunks>>,
): Verdict {
  if (typeof session === "string") return { kind: "refused", error: refusal(session) };
  if (session.eventsExpired) return { kind: "refused", error: refusal("events_expired") };
  const before = known.find(chunk);
  const tab = session.tab(chunk.block.tabId);
  if (before !== undefined) {
    if (!before.hash.equals(chunk.hash)) return { kind: "refused", error: refusal("chunk_conflict") };
    // Its own block: an earlier transaction was committed, and only the answer was lost.
    const kind = before.blockId === chunk.block.blockId ? "stored_before" : "duplicate";
    return { kind, session, tab, maskedValues: before.maskedValues, cutEvents: before.cutEvents };
  }
  if (!tab.isKnown && session.knownTabs().length >= MAX_TABS) {
    return { kind: "refused", error: refusal("too_many_tabs") };
  }
  if (chunk.seq > durableThrough(tab.received) + MAX_SEQ_AHEAD) {
    return { kind: "refused", error: refusal("seq_too_far") };
  }
  tab.received = addSeq(tab.received, chunk.seq);
  if (chunk.hasFullSnapshot) tab.snapshotSeq = Math.max(tab.snapshotSeq ?? 0, chunk.seq);
  session.note(tab, chunk.seq);
  known.add(chunk);
  return { kind: "stored", session, tab, maskedValues: chunk.maskedValues, cutEvents: chunk.cutEvents };
}
