import { closeTenantTable } from "@gigtrail/platform/db/tables";
import { type Kysely, sql } from "kysely";

/** Sessions, their tabs, the identity of every chunk, and the keys that make them readable. */
export async function recordings(db: Kysely<never>): Promise<void> {
  await sql`
    create table ingest.sessions (
      workspace_id uuid not null,
      session_id   uuid not null,
      user_id      uuid not null,
      device_id    uuid,
      display_name text not null,
      state        text not null default 'recording' check (state in ('recording', 'finishing', 'complete')),
      generation   int not null default 1,
      create_time  timestamptz not null default now(),
      primary key (workspace_id, session_id)
    )`.execute(db);
  await sql`create index on ingest.sessions (workspace_id, create_time desc, session_id desc)`.execute(db);
  // One row a tab, so that what has arrived is never found by scanning chunks.
  await sql`
    create table ingest.tabs (
      workspace_id      uuid not null,
      session_id        uuid not null,
      tab_id            uuid not null,
      received          int8multirange not null default '{}',
      last_seq          bigint,
      has_full_snapshot boolean not null default false,
      event_count       bigint not null default 0,
      chunk_count       bigint not null default 0,
      raw_bytes         bigint not null default 0,
      stored_bytes      bigint not null default 0,
      masked_values     bigint not null default 0,
      dropped_events    bigint not null default 0,
      first_event_ms    bigint,
      last_event_ms     bigint,
      primary key (workspace_id, session_id, tab_id),
      foreign key (workspace_id, session_id) references ingest.sessions on delete cascade
    )`.execute(db);
  await sql`
    create table ingest.chunks (
      workspace_id  uuid not null,
      session_id    uuid not null,
      tab_id        uuid not null,
      seq           bigint not null,
      hash          bytea not null,
      block_id      uuid not null,
      pack_id       uuid not null,
      pack_offset   int not null,
      stored_bytes  int not null,
      masked_values int not null,
      receive_time  timestamptz not null default now(),
      client_sent_time timestamptz,
      primary key (workspace_id, session_id, tab_id, seq),
      foreign key (workspace_id, session_id, tab_id) references ingest.tabs on delete cascade
    )`.execute(db);
  // Keys have tables of their own: a backup keeps them apart, or it would outlive every deletion.
  await sql`
    create table ingest.workspace_keys (
      workspace_id uuid primary key,
      wrapped_key  bytea not null
    )`.execute(db);
  await sql`
    create table ingest.session_keys (
      workspace_id uuid not null,
      session_id   uuid not null,
      wrapped_key  bytea not null,
      primary key (workspace_id, session_id)
    )`.execute(db);
  await sql`
    create table ingest.tombstones (
      workspace_id uuid not null,
      session_id   uuid not null,
      user_id      uuid not null,
      delete_time  timestamptz not null default now(),
      primary key (workspace_id, session_id)
    )`.execute(db);
  for (const table of ["sessions", "tabs", "chunks", "workspace_keys", "session_keys", "tombstones"]) {
    await closeTenantTable(db, "ingest", table);
  }
}
