import { createCursorTable } from "@gigtrail/platform/changes/follow-changes";
import { closeTenantTable, openSystemTable } from "@gigtrail/platform/db/tables";
import { createJobTable } from "@gigtrail/platform/jobs/schema";
import { type Kysely, sql } from "kysely";

/** Exports, the sessions in them, the keys that make their files readable, and who owns which blob name. */
export async function exports(db: Kysely<never>): Promise<void> {
  // `sees_all` keeps what the caller might see when they asked: the writer works without their token.
  // `fence` is that of the job's latest attempt: an older one can change nothing.
  await sql`
    create table export.exports (
      workspace_id uuid not null,
      export_id    uuid not null,
      user_id      uuid not null,
      sees_all     boolean not null,
      request_id   uuid,
      dataset      text not null check (dataset in ('sessions', 'visits', 'events')),
      format       text not null check (format in ('ndjson', 'csv')),
      session_ids  uuid[] not null,
      state        text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
      fence        bigint not null default 0,
      percent      int not null default 0,
      row_count    bigint not null default 0,
      size_bytes   bigint not null default 0,
      blob_name    text,
      error_reason text,
      create_time  timestamptz not null default now(),
      expire_time  timestamptz not null,
      primary key (workspace_id, export_id)
    )`.execute(db);
  await sql`create unique index on export.exports (workspace_id, user_id, request_id)`.execute(db);
  await sql`create index on export.exports (workspace_id, user_id, export_id desc)`.execute(db);
  await sql`create index on export.exports using gin (session_ids)`.execute(db);
  // Whose data is in an export, so that deleting a session ends all that holds it.
  await sql`
    create table export.export_sessions (
      workspace_id uuid not null,
      export_id    uuid not null,
      session_id   uuid not null,
      primary key (workspace_id, session_id, export_id),
      foreign key (workspace_id, export_id) references export.exports on delete cascade
    )`.execute(db);
  await sql`create index on export.export_sessions (workspace_id, export_id)`.execute(db);
  await sql`
    create table export.deleted_sessions (
      workspace_id uuid not null,
      session_id   uuid not null,
      delete_time  timestamptz not null default now(),
      primary key (workspace_id, session_id)
    )`.execute(db);
  // A table of its own: a backup keeps keys apart, or it would outlive every deletion.
  await sql`
    create table export.export_keys (
      workspace_id uuid not null,
      export_id    uuid not null,
      wrapped_key  bytea not null,
      primary key (workspace_id, export_id)
    )`.execute(db);
  // One row a member who asked for exports: locking it makes counting their unfinished ones safe.
  await sql`
    create table export.requesters (
      workspace_id uuid not null,
      user_id      uuid not null,
      primary key (workspace_id, user_id)
    )`.execute(db);
  for (const table of ["exports", "export_sessions", "deleted_sessions", "export_keys", "requesters"]) {
    await closeTenantTable(db, "export", table);
  }
  await queues(db);
}

async function queues(db: Kysely<never>): Promise<void> {
  // 'writing': an attempt writes it or died doing so. 'live': a finished export's file. 'doomed': the file is to go.
  // An attempt claims its blob's name here before it writes, so that no file is ever without a row.
  await sql`
    create table export.blobs (
      name      text primary key,
      export_id uuid not null,
      fence     bigint not null,
      state     text not null check (state in ('writing', 'live', 'doomed'))
    )`.execute(db);
  await sql`create index on export.blobs (export_id)`.execute(db);
  await sql`create index on export.blobs (name) where state = 'doomed'`.execute(db);
  // When exports end, for a sweep that sees no tenant's rows.
  await sql`
    create table export.expiries (
      export_id    uuid primary key,
      workspace_id uuid not null,
      expire_time  timestamptz not null
    )`.execute(db);
  await sql`create index on export.expiries (expire_time)`.execute(db);
  await openSystemTable(db, "export", "blobs", ["select", "insert", "update"]);
  await openSystemTable(db, "export", "expiries", ["insert"]);
  await createJobTable(db, "export");
  await createCursorTable(db, "export");
}
