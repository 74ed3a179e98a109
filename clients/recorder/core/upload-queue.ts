import { isDurable } from "./durable-chunks.ts";
import type { AddressedChunk } from "./upload-port.ts";
import type { ChunkRow, OutboxStore, OutboxTransaction, ParkedRow, SessionRow } from "./outbox-store.ts";
import { addBytes } from "./outbox-totals.ts";
import type { TabUploadState } from "./upload-port.ts";
import type { UploadError } from "./upload-error.ts";

/** What names a chunk. */
export type ChunkName = Pick<ChunkRow, "sessionId" | "tabId" | "seq">;

/** What is to be done next. */
export interface WaitingWork {
  /** All sessions of the outbox, by id, so that the oldest come first. */
  sessions: SessionRow[];
  /** The first chunks that wait, in the order of their keys. */
  chunks: ChunkRow[];
  /** Sessions whose ends can be stated now: finished, and no chunk of theirs waits. */
  toFinish: SessionRow[];
}

/** What was thrown away with a session. */
export interface DroppedSession {
  /** The session. */
  sessionId: string;
  /** Chunks that were not uploaded, parked ones included. */
  chunks: number;
  /** Events in them. */
  events: number;
}

/** The uploader's side of an outbox. Each method is one transaction. */
export class UploadQueue {
  readonly #store: OutboxStore;

  constructor(store: OutboxStore) {
    this.#store = store;
  }

  /** Looks for work; of sessions in `blocked` no chunks are listed. */
  async waiting(limit: number, blocked: ReadonlySet<string>): Promise<WaitingWork> {
    return this.#store.transact("readonly", async (tx) => {
      const work: WaitingWork = { sessions: await tx.list("sessions", []), chunks: [], toFinish: [] };
      for (const session of work.sessions) {
        if (blocked.has(session.sessionId)) continue;
        const room = limit - work.chunks.length;
        if (room > 0) work.chunks.push(...(await tx.list("chunks", [session.sessionId], room)));
        if (session.finish?.acknowledged !== false) continue;
        if ((await tx.list("chunks", [session.sessionId], 1)).length === 0) work.toFinish.push(session);
      }
      return work;
    });
  }

  /** Chunks as they go over the wire; those that another uploader has brought over meanwhile are left out. */
  async load(rows: readonly ChunkRow[]): Promise<(AddressedChunk & { row: ChunkRow })[]> {
    return this.#store.transact("readonly", async (tx) => {
      const loaded: (AddressedChunk & { row: ChunkRow })[] = [];
      for (const row of rows) {
        const payload = await tx.get("payloads", keyOf(row));
        if (payload === undefined || (await tx.get("chunks", keyOf(row))) === undefined) continue;
        loaded.push({ sessionId: row.sessionId, tabId: row.tabId, chunk: { ...row, payload }, row });
      }
      return loaded;
    });
  }

  /** Writes down that the server knows the session, or that it does not. */
  async setOpened(sessionId: string, opened: boolean): Promise<void> {
    await this.#write(async (tx) => {
      const session = await tx.get("sessions", [sessionId]);
      if (session !== undefined) await tx.put("sessions", [sessionId], { ...session, opened });
    });
  }

  /** Removes chunks that are durable. */
  async forget(rows: readonly ChunkName[]): Promise<void> {
    await this.#write(async (tx) => {
      for (const row of rows) await removeChunk(tx, row);
      for (const sessionId of new Set(rows.map((row) => row.sessionId))) await dropIfDone(tx, sessionId);
    });
  }

  /** Removes what the server's answer proves durable, and gives what that was. */
  async forgetDurable(sessionId: string, tabs: readonly TabUploadState[]): Promise<ChunkRow[]> {
    return this.#write(async (tx) => {
      const durable: ChunkRow[] = [];
      for (const tab of tabs) {
        const rows = await tx.list("chunks", [sessionId, tab.tabId]);
        durable.push(...rows.filter((row) => isDurable(tab, row.seq)));
      }
      for (const row of durable) await removeChunk(tx, row);
      await dropIfDone(tx, sessionId);
      return durable;
    });
  }

  /** Puts a chunk aside that the server refused for good. Gives it; undefined when it was not there any more. */
  async park(name: ChunkName, { code, reason, message }: UploadError): Promise<ParkedRow | undefined> {
    return this.#write(async (tx) => {
      const row = await tx.get("chunks", keyOf(name));
      if (row === undefined) return undefined;
      const parked: ParkedRow = { ...row, code, reason, message };
      await tx.delete("chunks", keyOf(name));
      await tx.put("parked", keyOf(name), parked);
      return parked;
    });
  }

  /** Throws away a parked chunk: the caller has seen its reason and gives it up. */
  async discardParked(name: ChunkName): Promise<void> {
    await this.#write(async (tx) => {
      const row = await tx.get("parked", keyOf(name));
      if (row === undefined) return;
      await tx.delete("parked", keyOf(name));
      await tx.delete("payloads", keyOf(name));
      await addBytes(tx, -row.bytes);
      await dropIfDone(tx, row.sessionId);
    });
  }

  /** Lets a parked chunk wait again, for example after the limit of a proxy was raised. */
  async retryParked(name: ChunkName): Promise<void> {
    await this.#write(async (tx) => {
      const row = await tx.get("parked", keyOf(name));
      if (row === undefined) return;
      const { code: _code, reason: _reason, message: _message, ...chunk } = row;
      await tx.delete("parked", keyOf(name));
      await tx.put("chunks", keyOf(name), chunk);
    });
  }

  /** Writes down that the server has the ends of a session; with nothing left of it, it leaves the outbox. */
  async acknowledgeFinish(sessionId: string): Promise<void> {
    await this.#write(async (tx) => {
      const session = await tx.get("sessions", [sessionId]);
      if (session?.finish === undefined) return;
      await tx.put("sessions", [sessionId], { ...session, finish: { ...session.finish, acknowledged: true } });
      await dropIfDone(tx, sessionId);
    });
  }

  /** Throws away all of a session that the server will never take. Undefined when it was not there any more. */
  async dropSession(sessionId: string): Promise<DroppedSession | undefined> {
    return this.#write(async (tx) => {
      if ((await tx.get("sessions", [sessionId])) === undefined) return undefined;
      const dropped: DroppedSession = { sessionId, chunks: 0, events: 0 };
      for (const table of ["chunks", "parked"] as const) {
        for (const row of await tx.list(table, [sessionId])) {
          await tx.delete(table, keyOf(row));
          await tx.delete("payloads", keyOf(row));
          await addBytes(tx, -row.bytes);
          dropped.chunks += 1;
          dropped.events += row.eventCount;
        }
      }
      await removeSession(tx, sessionId);
      return dropped;
    });
  }

  #write<Result>(work: (tx: OutboxTransaction) => Promise<Result>): Promise<Result> {
    return this.#store.transact("readwrite", work);
  }
}

function keyOf({ sessionId, tabId, seq }: ChunkName): [string, string, number] {
  return [sessionId, tabId, seq];
}

async function removeChunk(tx: OutboxTransaction, name: ChunkName): Promise<void> {
  const row = await tx.get("chunks", keyOf(name));
  if (row === undefined) return;
  await tx.delete("chunks", keyOf(name));
  await tx.delete("payloads", keyOf(name));
  await addBytes(tx, -row.bytes);
}

async function dropIfDone(tx: OutboxTransaction, sessionId: string): Promise<void> {
  const session = await tx.get("sessions", [sessionId]);
  if (session?.finish?.acknowledged !== true) return;
  for (const table of ["chunks", "parked"] as const) {
    if ((await tx.list(table, [sessionId], 1)).length > 0) return;
  }
  await removeSession(tx, sessionId);
}

async function removeSession(tx: OutboxTransaction, sessionId: string): Promise<void> {
  for (const tab of await tx.list("tabs", [sessionId])) await tx.delete("tabs", [sessionId, tab.tabId]);
  await tx.delete("sessions", [sessionId]);
}
