import type { ChunkRow, OutboxStore } from "./outbox-store.ts";
import type { SeqRange, TabUploadState } from "./upload-port.ts";

/** What this uploader knows to be durable of a tab, whatever an answer that was overtaken says. */
interface Acknowledged {
  /** Numbers above `through`. */
  seqs: Set<number>;
  /** The highest durable_through that was heard of. */
  through: number;
  /** The highest chunk with a FullSnapshot. */
  snapshotSeq: number;
}

/**
 * Decides whether a tab really lacks a FullSnapshot. The server says so of what it holds, also while the chunk that
 * has one, or the ones that are missing, are still under way.
 */
export class SnapshotWatch {
  readonly #store: OutboxStore;
  readonly #tabs = new Map<string, Acknowledged>();

  constructor(store: OutboxStore) {
    this.#store = store;
  }

  /** Remembers that the server has these chunks. */
  acknowledge(rows: readonly ChunkRow[]): void {
    for (const row of rows) {
      const tab = this.#tab(row.sessionId, row.tabId);
      if (row.seq > tab.through) tab.seqs.add(row.seq);
      if (row.hasFullSnapshot) tab.snapshotSeq = Math.max(tab.snapshotSeq, row.seq);
    }
  }

  /** Forgets a session that is over. */
  forgetSession(sessionId: string): void {
    for (const key of this.#tabs.keys()) if (key.startsWith(`${sessionId}/`)) this.#tabs.delete(key);
  }

  /** Whether the recorder should take a FullSnapshot of the tab now; true at most once a gap, across restarts too. */
  async shouldAsk(sessionId: string, tab: TabUploadState): Promise<boolean> {
    const known = this.#tab(sessionId, tab.tabId);
    this.#raise(known, tab.durableThrough);
    if (!tab.needsFullSnapshot) return false;
    const gap = tab.missing.findLast((range) => !isKnown(known, range));
    const gapEnd = gap?.last ?? -1;
    if (known.snapshotSeq > gapEnd) return false;
    return this.#store.transact("readwrite", async (tx) => {
      const session = await tx.get("sessions", [sessionId]);
      const row = await tx.get("tabs", [sessionId, tab.tabId]);
      // Nobody records a session that is finished.
      if (session === undefined || session.finish !== undefined || row === undefined) return false;
      if (row.snapshotAskedFor !== undefined && row.snapshotAskedFor >= gapEnd) return false;
      const waiting = await tx.list("chunks", [sessionId, tab.tabId]);
      if (waiting.some(({ seq, hasFullSnapshot }) => hasFullSnapshot && seq > gapEnd)) return false;
      if (gap !== undefined && waiting.some(({ seq }) => gap.first <= seq && seq <= gap.last)) return false;
      await tx.put("tabs", [sessionId, tab.tabId], { ...row, snapshotAskedFor: gapEnd });
      return true;
    });
  }

  #tab(sessionId: string, tabId: string): Acknowledged {
    const key = `${sessionId}/${tabId}`;
    const found = this.#tabs.get(key) ?? { seqs: new Set(), through: -1, snapshotSeq: -1 };
    this.#tabs.set(key, found);
    return found;
  }

  #raise(known: Acknowledged, through: number): void {
    if (through <= known.through) return;
    known.through = through;
    for (const seq of known.seqs) if (seq <= through) known.seqs.delete(seq);
  }
}

function isKnown(known: Acknowledged, range: SeqRange): boolean {
  for (let seq = range.first; seq <= range.last; seq += 1) {
    if (seq > known.through && !known.seqs.has(seq)) return false;
  }
  return true;
}
