import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { IngestSchema, StoredState } from "../db/schema.ts";
import type { SealedChunk } from "./chunk.ts";
import { formatSeqRanges, parseSeqRanges, type SeqRanges } from "./seq-ranges.ts";

/** A session's name: ids are made by clients, so they are unique only within a workspace. */
export interface SessionName {
  readonly workspaceId: string;
  readonly sessionId: string;
}

/** A tab of a locked session. */
export class OpenTab {
  constructor(
    readonly session: SessionName,
    readonly tabId: string,
    /** There is a row for it already. */
    readonly stored: boolean,
    public received: SeqRanges,
    public lastSeq: number | null,
    public snapshotSeq: number | null,
  ) {}

  /** It has a row, or will have one by what this transaction has accepted. */
  get isKnown(): boolean {
    return this.stored || this.received.length > 0 || this.lastSeq !== null;
  }

  /** The columns of its row that a transaction replaces. */
  row() {
    return {
      workspace_id: this.session.workspaceId,
      session_id: this.session.sessionId,
      tab_id: this.tabId,
      received: formatSeqRanges(this.received),
      last_seq: this.lastSeq,
      snapshot_seq: this.snapshotSeq,
    };
  }
}

/** A session whose row this transaction has locked. */
export class OpenSession {
  readonly #tabs = new Map<string, OpenTab>();
  /** It was analysed, complete or not, and got a chunk that is new. */
  reopened = false;
  /** It was finished for its client, who goes on. */
  takenUp = false;
  changed = false;

  constructor(
    readonly name: SessionName,
    readonly userId: string,
    public state: StoredState,
    public generation: number,
    /** Retention has removed its events: it takes no more, and there is nothing to analyse. */
    readonly eventsExpired = false,
    /** The sweep has finished it for its client. */
    public endedQuietly = false,
  ) {}

  /** One of its tabs, new or known. */
  tab(tabId: string): OpenTab {
    let tab = this.#tabs.get(tabId);
    if (tab === undefined) {
      tab = new OpenTab(this.name, tabId, false, [], null, null);
      this.#tabs.set(tabId, tab);
    }
    return tab;
  }

  /** It was complete, or given up as incomplete: analysis has been told of it. */
  get isClosed(): boolean {
    return this.state === "complete" || this.state === "incomplete";
  }

  addStored(tab: OpenTab): void {
    this.#tabs.set(tab.tabId, tab);
  }

  /** Its tabs, without those that were only asked for by a chunk that was refused. */
  knownTabs(): OpenTab[] {
    return [...this.#tabs.values()].filter((tab) => tab.isKnown);
  }

  /**
   * Notes a new chunk. After the client has stated its last numbers, a chunk beyond them raises the statement; a
   * complete (or given up) session is completed anew, under its next generation. One that nobody but the sweep has
   * finished is being recorded again: otherwise it would be completed with each chunk of a client that was away.
   */
  note(tab: OpenTab, seq: number): void {
    this.changed = true;
    if (this.state === "recording") return;
    if (this.endedQuietly) {
      this.takenUp = true;
      return;
    }
    tab.lastSeq = Math.max(tab.lastSeq ?? 0, seq);
    if (this.isClosed) this.reopened = true;
  }
}

/** The sessions that a transaction has locked, and which of those asked for were deleted. */
export class OpenSessions {
  readonly #known = new Map<string, OpenSession>();
  /** Members whose sessions were deleted, by the sessions' names. */
  readonly #deleted = new Map<string, string>();

  add(session: OpenSession): void {
    this.#known.set(key(session.name), session);
  }

  addDeleted(name: SessionName, userId: string): void {
    this.#deleted.set(key(name), userId);
  }

  get(name: SessionName): OpenSession | undefined {
    return this.#known.get(key(name));
  }

  /** A member's session, or why they have none of that name; another member's is as one that never was. */
  find(name: SessionName, userId: string): OpenSession | "session_not_found" | "session_deleted" {
    const session = this.get(name);
    if (session?.userId === userId) return session;
    return this.#deleted.get(key(name)) === userId ? "session_deleted" : "session_not_found";
  }

  changed(): OpenSession[] {
    return [...this.#known.values()].filter((session) => session.changed);
  }
}

function key({ workspaceId, sessionId }: SessionName): string {
  return `${workspaceId} ${sessionId}`;
}

/** The different sessions that chunks belong to. */
export function groupSessions(chunks: readonly SealedChunk[]): SessionName[] {
  const names = new Map(chunks.map(({ block }) => [key(block), block] as const));
  return [...names.values()];
}

/** Locks sessions, in id order, and reads their tabs. */
export async function openSessions(tx: Tx<IngestSchema>, names: readonly SessionName[]): Promise<OpenSessions> {
  const workspaces = names.map((name) => name.workspaceId);
  const ids = names.map((name) => name.sessionId);
  const wanted = sql`unnest(${workspaces}::uuid[], ${ids}::uuid[]) as wanted (workspace_id, session_id)`;
  const found = new OpenSessions();
  const locking = sql<SessionRow>`
    select workspace_id, session_id, user_id, state, generation, ended_quietly,
           events_expire_time is not null as events_expired
      from sessions join ${wanted} using (workspace_id, session_id)
     order by workspace_id, session_id for update of sessions`.execute(tx);
  // A statement of its own, so that it sees what was committed while the first waited for its locks.
  const reading = sql<TabRow>`
    select workspace_id, session_id, tab_id, received::text as received, last_seq, snapshot_seq
      from tabs join ${wanted} using (workspace_id, session_id)`.execute(tx);
  const [{ rows: sessions }, { rows: tabs }] = await Promise.all([locking, reading]);
  for (const row of sessions) {
    const name = { workspaceId: row.workspace_id, sessionId: row.session_id };
    const { state, generation } = row;
    found.add(new OpenSession(name, row.user_id, state, generation, row.events_expired, row.ended_quietly));
  }
  for (const row of tabs) {
    const session = found.get({ workspaceId: row.workspace_id, sessionId: row.session_id });
    if (session === undefined) continue;
    const received = parseSeqRanges(row.received);
    session.addStored(new OpenTab(session.name, row.tab_id, true, received, row.last_seq, row.snapshot_seq));
  }
  if (sessions.length < names.length) await markDeleted(tx, wanted, found);
  return found;
}

async function markDeleted(tx: Tx<IngestSchema>, wanted: ReturnType<typeof sql>, found: OpenSessions): Promise<void> {
  const { rows } = await sql<{ workspace_id: string; session_id: string; user_id: string }>`
    select workspace_id, session_id, user_id from tombstones join ${wanted} using (workspace_id, session_id)`.execute(
    tx,
  );
  for (const row of rows) {
    found.addDeleted({ workspaceId: row.workspace_id, sessionId: row.session_id }, row.user_id);
  }
}

interface SessionRow {
  workspace_id: string;
  session_id: string;
  user_id: string;
  state: StoredState;
  generation: number;
  events_expired: boolean;
  ended_quietly: boolean;
}

interface TabRow {
  workspace_id: string;
  session_id: string;
  tab_id: string;
  received: string;
  last_seq: number | null;
  snapshot_seq: number | null;
}
