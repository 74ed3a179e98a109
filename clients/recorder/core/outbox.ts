import type { EncodedChunk } from "./encode-chunk.ts";
import { OutboxError } from "./outbox-error.ts";
import type { OutboxStore, OutboxTransaction, ParkedRow, SessionRow, TabRow } from "./outbox-store.ts";
import { addBytes, totalBytes } from "./outbox-totals.ts";
import type { TabEnd } from "./upload-port.ts";

/** Bytes of compressed chunks that an outbox takes unless told otherwise: some days of recording. */
export const DEFAULT_MAX_OUTBOX_BYTES = 512 * 1024 * 1024;

/** A chunk that is to be stored; its number is given out by the outbox unless it has one. */
export interface NewChunk extends Omit<EncodedChunk, "seq"> {
  /** Its number, where the caller numbers by itself; one that is stored already stays as it is. */
  seq?: number;
  /** One of its events is a FullSnapshot. */
  hasFullSnapshot?: boolean;
}

/** What the outbox holds, for people. */
export interface OutboxContents {
  /** Sessions that the server does not have whole. */
  sessions: { sessionId: string; displayName: string; finished: boolean; tabIds: string[] }[];
  /** Bytes of payloads, parked ones included. */
  bytes: number;
  /** As many as there may be. */
  maxBytes: number;
  /** Chunks that wait for their upload. */
  waitingChunks: number;
  /** Chunks that the server refused for good, each with its reason; they stay until they are discarded. */
  parked: ParkedRow[];
  /** Dropped events that no chunk has reported yet. */
  droppedEvents: number;
}

/** The recorder's side of an outbox. Each method is one transaction, so that being killed between any two loses nothing. */
export class Outbox {
  readonly #store: OutboxStore;
  readonly #maxBytes: number;

  constructor(store: OutboxStore, maxBytes: number = DEFAULT_MAX_OUTBOX_BYTES) {
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  /** Begins a session; one that is there stays as it is. */
  async startSession(sessionId: string, displayName: string): Promise<void> {
    await this.#write(async (tx) => {
      if ((await tx.get("sessions", [sessionId])) !== undefined) return;
      await tx.put("sessions", [sessionId], { sessionId, displayName, opened: false });
    });
  }

  /** Begins a tab of an open session; one that is there stays as it is. Throws session_not_open. */
  async startTab(sessionId: string, tabId: string): Promise<void> {
    await this.#write(async (tx) => {
      await requireOpen(tx, sessionId);
      if ((await tx.get("tabs", [sessionId, tabId])) === undefined) await putTab(tx, newTab(sessionId, tabId));
    });
  }

  /** The session of a tab; undefined when the tab is not in the outbox. */
  async sessionOf(tabId: string): Promise<string | undefined> {
    const tabs = await this.#store.transact("readonly", (tx) => tx.list("tabs", []));
    return tabs.find((tab) => tab.tabId === tabId)?.sessionId;
  }

  /**
   * Numbers and stores a chunk, with the dropped events that its tab has to report. Throws session_not_open, and
   * outbox_full: then nothing is stored, and the chunk's events are counted as dropped (see `counted`).
   */
  async addChunk(sessionId: string, tabId: string, chunk: NewChunk): Promise<number> {
    const seq = await this.#write(async (tx) => {
      await requireOpen(tx, sessionId);
      const tab = (await tx.get("tabs", [sessionId, tabId])) ?? newTab(sessionId, tabId);
      const { payload, hasFullSnapshot = false, ...rest } = chunk;
      const number = chunk.seq ?? tab.nextSeq;
      const key = [sessionId, tabId, number];
      if ((await tx.get("chunks", key)) ?? (await tx.get("parked", key))) return number;
      const bytes = payload.byteLength;
      if ((await totalBytes(tx)) + bytes > this.#maxBytes) {
        if (chunk.seq === undefined) await putTab(tx, withDropped(tab, chunk.eventCount + chunk.droppedEvents));
        return undefined;
      }
      const droppedEvents = chunk.droppedEvents + tab.droppedEvents;
      const row = { ...rest, sessionId, tabId, seq: number, bytes, droppedEvents, hasFullSnapshot };
      await tx.put("chunks", key, row);
      await tx.put("payloads", key, payload);
      await addBytes(tx, bytes);
      await putTab(tx, { ...tab, nextSeq: Math.max(tab.nextSeq, number + 1), droppedEvents: 0 });
      return number;
    });
    if (seq === undefined) throw new OutboxError("outbox_full", { counted: chunk.seq === undefined });
    return seq;
  }

  /** Counts events that the tab's next chunk reports as dropped. Throws session_not_open. */
  async countDropped(sessionId: string, tabId: string, events: number): Promise<void> {
    await this.#write(async (tx) => {
      await requireOpen(tx, sessionId);
      const tab = (await tx.get("tabs", [sessionId, tabId])) ?? newTab(sessionId, tabId);
      await putTab(tx, withDropped(tab, events));
    });
  }

  /**
   * Writes down that a session is over, with the ends of its tabs: those of the outbox, unless the caller states them.
   * Nothing can be added to it any more. A session that is finished or not there stays as it is.
   */
  async finishSession(sessionId: string, stated?: readonly TabEnd[]): Promise<void> {
    await this.#write(async (tx) => {
      const session = await tx.get("sessions", [sessionId]);
      if (session === undefined || session.finish !== undefined) return;
      const tabs = await tx.list("tabs", [sessionId]);
      const ends = tabs.filter((tab) => tab.nextSeq > 0).map(({ tabId, nextSeq }) => ({ tabId, lastSeq: nextSeq - 1 }));
      const finished: SessionRow = { ...session, finish: { ends: stated ?? ends, acknowledged: false } };
      await tx.put("sessions", [sessionId], finished);
    });
  }

  /** What the outbox holds. */
  async contents(): Promise<OutboxContents> {
    return this.#store.transact("readonly", async (tx) => {
      const [sessions, tabs, chunks, parked] = [
        await tx.list("sessions", []),
        await tx.list("tabs", []),
        await tx.list("chunks", []),
        await tx.list("parked", []),
      ];
      return {
        sessions: sessions.map(({ sessionId, displayName, finish }) => ({
          sessionId,
          displayName,
          finished: finish !== undefined,
          tabIds: tabs.filter((tab) => tab.sessionId === sessionId).map((tab) => tab.tabId),
        })),
        bytes: await totalBytes(tx),
        maxBytes: this.#maxBytes,
        waitingChunks: chunks.length,
        parked,
        droppedEvents: tabs.reduce((sum, tab) => sum + tab.droppedEvents, 0),
      };
    });
  }

  #write<Result>(work: (tx: OutboxTransaction) => Promise<Result>): Promise<Result> {
    return this.#store.transact("readwrite", work);
  }
}

async function requireOpen(tx: OutboxTransaction, sessionId: string): Promise<void> {
  const session = await tx.get("sessions", [sessionId]);
  if (session === undefined || session.finish !== undefined) throw new OutboxError("session_not_open");
}

function newTab(sessionId: string, tabId: string): TabRow {
  return { sessionId, tabId, nextSeq: 0, droppedEvents: 0 };
}

function withDropped(tab: TabRow, events: number): TabRow {
  return { ...tab, droppedEvents: tab.droppedEvents + events };
}

async function putTab(tx: OutboxTransaction, tab: TabRow): Promise<void> {
  await tx.put("tabs", [tab.sessionId, tab.tabId], tab);
}
