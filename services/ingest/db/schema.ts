import type { ColumnType, Generated } from "kysely";

/** The tables of the schema `ingest`; what each is for stands in the migrations. */
export interface IngestSchema {
  sessions: SessionsTable;
  tabs: TabsTable;
  chunks: ChunksTable;
  workspace_keys: { workspace_id: string; wrapped_key: Buffer };
  session_keys: { workspace_id: string; session_id: string; wrapped_key: Buffer };
  tombstones: { workspace_id: string; session_id: string; user_id: string; delete_time: Generated<Date> };
  outbox: OutboxTable;
  outbox_head: { single: Generated<boolean>; position: number };
  packs: { pack_id: string; state: Generated<"live" | "doomed">; live_blocks: number };
}

/** Where a session stands, as stored. */
export type StoredState = "recording" | "finishing" | "complete";

interface SessionsTable {
  workspace_id: string;
  session_id: string;
  user_id: string;
  device_id: string | null;
  display_name: string;
  state: Generated<StoredState>;
  generation: Generated<number>;
  create_time: Generated<Date>;
}

interface TabsTable {
  workspace_id: string;
  session_id: string;
  tab_id: string;
  /** PostgreSQL's text form of an int8multirange; see chunks/seq-ranges.ts. */
  received: string;
  last_seq: number | null;
  has_full_snapshot: boolean;
  event_count: number;
  chunk_count: number;
  raw_bytes: number;
  stored_bytes: number;
  masked_values: number;
  dropped_events: number;
  first_event_ms: number | null;
  last_event_ms: number | null;
}

interface ChunksTable {
  workspace_id: string;
  session_id: string;
  tab_id: string;
  seq: number;
  hash: Buffer;
  block_id: string;
  pack_id: string;
  pack_offset: number;
  stored_bytes: number;
  masked_values: number;
  receive_time: Generated<Date>;
  client_sent_time: ColumnType<Date | null>;
}

interface OutboxTable {
  outbox_id: Generated<number>;
  position: Generated<number | null>;
  kind: "completed" | "deleted";
  workspace_id: string;
  session_id: string;
  user_id: string;
  generation: number;
  create_time: Generated<Date>;
}
