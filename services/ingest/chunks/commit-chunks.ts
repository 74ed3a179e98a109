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
  const sessions = await openSessions(tx, groupSessions(chunks));
  const known = await storedChunks(tx, chunks);
  const accepted: AcceptedChunk[] = [];
  const judged = chunks.map((chunk, index) => {
    const session = sessions.find(chunk.block, chunk.userId);
    const verdict = judge(chunk, session, known);
    if (verdict.kind === "stored") accepted.push({ chunk, tab: verdict.tab, packOffset: pack.offsets[index] ?? 0 });
    return verdict;
  });
  if (accepted.length > 0) await insertChunks(tx, accepted, pack.packId);
  const completed = new Set<OpenSession>();
  for (const session of sessions.changed()) {
    if (await settleSession(tx, session)) completed.add(session);
  }
  const results = judged.map((verdict) => toResult(verdict, completed));
  return { results, packNeeded: accepted.length > 0 };
}

function toResult(verdict: Verdict, completed: ReadonlySet<OpenSession>): CommitResult {
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
