import { isDurable } from "@gigtrail/recorder/core/durable-chunks";
import type { EncodedChunk } from "@gigtrail/recorder/core/encode-chunk";
import type { TabUploadState } from "@gigtrail/recorder/core/upload-port";
import type { Account } from "./account.ts";

/** A chunk that was sent at least once. */
export interface SentChunk {
  readonly chunk: EncodedChunk;
  /** An answer has said that it is durable. */
  acknowledged: boolean;
}

/**
 * Events that were given to a recorder together; their times are `fromMs`, `fromMs` + 1, …, which no other event of
 * the tab has. `kept`: the recorder said that it has them. `unknown`: the client was killed before it said, or it said
 * that its outbox was full; then as many are reported as dropped.
 */
export interface EventBatch {
  readonly fromMs: number;
  readonly count: number;
  fate: "asked" | "kept" | "unknown";
}

/** What is known of a tab. */
export interface TabEntry {
  readonly tabId: string;
  readonly chunks: Map<number, SentChunk>;
  readonly batches: EventBatch[];
  /** The time of the next event. */
  nextMs: number;
}

/**
 * What is to become of a session. `deleting`: somebody has asked for its deletion. `doubtful`: it was being made when
 * all that there was then was to be deleted.
 */
export type SessionFate = "kept" | "deleting" | "deleted" | "doubtful";

/** What is known of a session. */
export interface SessionEntry {
  readonly sessionId: string;
  readonly account: Account;
  readonly tabs: Map<string, TabEntry>;
  fate: SessionFate;
  /** When its making was first asked for, and first acknowledged, in milliseconds since 1970. */
  askedMs: number | undefined;
  madeMs: number | undefined;
  /** An answer has said that everything stated is stored. */
  isComplete: boolean;
}

/** Everything that clients have sent and been told, to hold against what is there in the end. */
export class Ledger {
  readonly sessions = new Map<string, SessionEntry>();
  /** What clients saw that must never be. */
  readonly wrongs: string[] = [];
  /** Texts that must not be readable anywhere. */
  readonly secrets: string[] = [];
  openedSessions = 0;
  deletions = 0;
  sentChunks = 0;
  answeredChunks = 0;
  duplicates = 0;
  refusals = 0;
  lateChunks = 0;
  parkedChunks = 0;
  snapshotsAskedFor = 0;
  /** When a chunk was last acknowledged, by performance.now(). */
  lastAckMs = performance.now();
  /** The longest time without an acknowledgement, in milliseconds. */
  longestSilenceMs = 0;

  /** The entry of a session, made when there is none. */
  session(sessionId: string, account: Account): SessionEntry {
    const known = this.sessions.get(sessionId);
    if (known !== undefined) return known;
    const entry: SessionEntry = {
      sessionId,
      account,
      tabs: new Map(),
      fate: "kept",
      askedMs: undefined,
      madeMs: undefined,
      isComplete: false,
    };
    this.sessions.set(sessionId, entry);
    return entry;
  }

  /** Notes that a chunk goes out. A number must always mean the same chunk. */
  sent(entry: SessionEntry, tabId: string, chunk: EncodedChunk): void {
    this.sentChunks += 1;
    const { chunks } = tabOf(entry, tabId);
    const before = chunks.get(chunk.seq);
    if (before === undefined) chunks.set(chunk.seq, { chunk, acknowledged: false });
    else if (before.chunk.sha256 !== chunk.sha256) this.wrongs.push(`${tabId}/${chunk.seq} was sent with two contents`);
  }

  /** Notes that a chunk was acknowledged. */
  acknowledged(entry: SessionEntry, tabId: string, seq: number, duplicate: boolean): void {
    this.answeredChunks += 1;
    if (duplicate) this.duplicates += 1;
    const known = tabOf(entry, tabId).chunks.get(seq);
    if (known !== undefined) known.acknowledged = true;
    const nowMs = performance.now();
    this.longestSilenceMs = Math.max(this.longestSilenceMs, nowMs - this.lastAckMs);
    this.lastAckMs = nowMs;
  }

  /** Notes what an answer says of tabs: a client forgets what it calls durable. */
  told(entry: SessionEntry, tabs: readonly TabUploadState[]): void {
    for (const state of tabs) {
      for (const [seq, sent] of tabOf(entry, state.tabId).chunks) {
        if (isDurable(state, seq)) sent.acknowledged = true;
      }
    }
  }
}

/** The entry of a tab, made when there is none. */
export function tabOf(entry: SessionEntry, tabId: string): TabEntry {
  const known = entry.tabs.get(tabId);
  if (known !== undefined) return known;
  const tab: TabEntry = { tabId, chunks: new Map(), batches: [], nextMs: 0 };
  entry.tabs.set(tabId, tab);
  return tab;
}
