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
  recording_settings: RecordingSettingsTable;
  session_deletions: SessionDeletionsTable;
  jobs: JobsTable;
  workspaces: { workspace_id: string };
  packs: { pack_id: string; state: Generated<"live" | "doomed">; live_blocks: number };
}

/** Where a session stands, as stored. */
export type StoredState = "recording" | "finishing" | "complete" | "incomplete";

interface SessionsTable {
  workspace_id: string;
  session_id: string;
  user_id: string;
  device_id: string | null;
  display_name: string;
  state: Generated<StoredState>;
  generation: Generated<number>;
  create_time: Generated<Date>;
  touch_time: Generated<Date>;
  clock_offset_ms: Generated<number | null>;
  ended_quietly: Generated<boolean>;
  events_expire_time: Generated<Date | null>;
}

interface TabsTable {
  workspace_id: string;
  session_id: string;
  tab_id: string;
  /** PostgreSQL's text form of an int8multirange; see chunks/seq-ranges.ts. */
  received: string;
  last_seq: number | null;
  snapshot_seq: number | null;
  event_count: number;
  chunk_count: number;
  raw_bytes: number;
  stored_bytes: number;
  masked_values: number;
  dropped_events: number;
  first_event_ms: number | null;
  last_event_ms: number | null;
  cut_events: number;
  misdated_events: number;
  clock_offset_ms: number | null;
  last_receive_time: Generated<Date>;
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
  /** Of the block, which other chunks may share. */
  stored_bytes: number;
  masked_values: number;
  cut_events: Generated<number>;
  receive_time: Generated<Date>;
  client_sent_time: ColumnType<Date | null>;
}

interface RecordingSettingsTable {
  workspace_id: string;
  retention_days: number | null;
  byte_budget: number | null;
  remove_oldest: boolean;
  keep_email_addresses: boolean;
  keep_inputs: boolean;
}

interface SessionDeletionsTable {
  workspace_id: string;
  deletion_id: string;
  user_id: string;
  sees_all: boolean;
  filter: ColumnType<StoredFilter, string>;
  matched_sessions: number;
  deleted_sessions: Generated<number>;
  create_time: Generated<Date>;
  done_time: Generated<Date | null>;
}

/** A SessionFilter as it is kept; times as ISO 8601. */
export interface StoredFilter {
  state?: StoredState;
  created_after?: string;
  created_before?: string;
  user_id?: string;
  device_id?: string;
}

/** The job table, as far as it is read here; packages/platform/jobs/schema.ts makes it. */
interface JobsTable {
  kind: string;
  key: string;
  state: "queued" | "running" | "done" | "dead";
  error_reason: string | null;
  update_time: Date;
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
