import type { ContentEncoding } from "./encode-chunk.ts";
import type { TabEnd } from "./upload-port.ts";

/** A session of the outbox, from its start until the server has it whole. Key: [sessionId]. */
export interface SessionRow {
  readonly sessionId: string;
  /** A name for people. */
  readonly displayName: string;
  /** The server has acknowledged that it is open. */
  readonly opened: boolean;
  /** The recorder has finished it; undefined while it records. */
  readonly finish?: FinishStatement;
}

/** The ends of a session's tabs, as they are to be stated. */
export interface FinishStatement {
  /** Every tab that has a chunk. */
  readonly ends: readonly TabEnd[];
  /** The server has them. */
  readonly acknowledged: boolean;
}

/** A tab of the outbox. Key: [sessionId, tabId]. */
export interface TabRow {
  readonly sessionId: string;
  readonly tabId: string;
  /** The number that its next chunk gets. */
  readonly nextSeq: number;
  /** Dropped events that its next chunk reports. */
  readonly droppedEvents: number;
  /** End of the last gap that a FullSnapshot was asked for, -1 for a tab without a gap; undefined: never asked. */
  readonly snapshotAskedFor?: number;
}

/** A chunk that waits, without its payload. Key: [sessionId, tabId, seq]. */
export interface ChunkRow {
  readonly sessionId: string;
  readonly tabId: string;
  /** Its number within the tab. */
  readonly seq: number;
  /** Bytes of its payload. */
  readonly bytes: number;
  /** How its payload is compressed. */
  readonly encoding: ContentEncoding;
  /** SHA-256 of the JSON before compression, 64 hex digits. */
  readonly sha256: string;
  /** How many events it holds. */
  readonly eventCount: number;
  /** Events that the recorder had to drop in this stretch. */
  readonly droppedEvents: number;
  /** One of its events is a FullSnapshot. */
  readonly hasFullSnapshot: boolean;
}

/** A chunk that the server refused for good. It is kept until the caller discards it. Key as of a chunk. */
export interface ParkedRow extends ChunkRow {
  /** Connect's name of the code. */
  readonly code: string;
  /** The server's stable reason. */
  readonly reason: string;
  /** The server's sentence for people. */
  readonly message: string;
}

/** What the outbox holds in all, parked chunks included. Key: ["all"]. */
export interface TotalsRow {
  /** Bytes of payloads. */
  readonly bytes: number;
}

/** Who uploads. Key: ["uploader"]. */
export interface LeaseRow {
  /** A random id of the uploader. */
  readonly owner: string;
  /** When it ends unless it is renewed, in milliseconds since 1970. */
  readonly untilMs: number;
}

/** The tables of an outbox and what their rows are. `payloads` holds the compressed bytes under their chunk's key. */
export interface OutboxTables {
  sessions: SessionRow;
  tabs: TabRow;
  chunks: ChunkRow;
  parked: ParkedRow;
  payloads: Uint8Array<ArrayBuffer>;
  totals: TotalsRow;
  leases: LeaseRow;
}

/** Name of a table. */
export type OutboxTable = keyof OutboxTables;

/** All tables, in the order of OutboxTables. */
export const OUTBOX_TABLES: readonly OutboxTable[] = [
  "sessions",
  "tabs",
  "chunks",
  "parked",
  "payloads",
  "totals",
  "leases",
];

/** Compared part by part; numbers by size, texts by code unit. */
export type OutboxKey = readonly (string | number)[];

/** What can be done within a transaction. Only these promises may be awaited there. */
export interface OutboxTransaction {
  /** A row; undefined where there is none. */
  get<T extends OutboxTable>(table: T, key: OutboxKey): Promise<OutboxTables[T] | undefined>;
  /** Rows whose key begins with `prefix`, in the order of their keys; at most `limit`. */
  list<T extends OutboxTable>(table: T, prefix: OutboxKey, limit?: number): Promise<OutboxTables[T][]>;
  /** Writes a row, over the one that is there. */
  put<T extends OutboxTable>(table: T, key: OutboxKey, row: OutboxTables[T]): Promise<void>;
  /** Removes a row, if there is one. */
  delete(table: OutboxTable, key: OutboxKey): Promise<void>;
}

/**
 * Where an outbox lies. What `work` does comes about whole or not at all, and one after the other with every other
 * writer, in other contexts too; a write has come to stay when the promise resolves. When `work` rejects, nothing
 * has happened. Throws OutboxError outbox_full where there is no more room.
 */
export interface OutboxStore {
  /** Runs `work` in one transaction. */
  transact<Result>(mode: "readonly" | "readwrite", work: (tx: OutboxTransaction) => Promise<Result>): Promise<Result>;
  /** Lets go of what the store holds open. */
  close(): void;
}
