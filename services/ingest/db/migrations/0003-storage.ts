import { closeTenantTable, openSystemTable } from "@gigtrail/platform/db/tables";
import { createJobTable } from "@gigtrail/platform/jobs/schema";
import { type Kysely, sql } from "kysely";

/** Clocks, quiet sessions, merged blocks, retention, budgets and the deletion of many sessions. */
export async function storage(db: Kysely<never>): Promise<void> {
  await widenSessions(db);
  await widenTabs(db);
  // How a workspace keeps its recordings; null: as the instance is configured.
  await sql`
    create table ingest.recording_settings (
      workspace_id         uuid primary key,
      retention_days       int,
      byte_budget          bigint,
      remove_oldest        boolean not null default false,
      keep_email_addresses boolean not null default false,
      keep_inputs          boolean not null default false
    )`.execute(db);
  // `sees_all`: the caller might delete every member's sessions then. Whether it was given up stands in its job. Ids are
  // made by clients: the member is in the key, so that nobody's id is taken by another.
  await sql`
    create table ingest.session_deletions (
      workspace_id     uuid not null,
      deletion_id      uuid not null,
      user_id          uuid not null,
      sees_all         boolean not null,
      filter           jsonb not null,
      matched_sessions bigint not null,
      deleted_sessions bigint not null default 0,
      create_time      timestamptz not null default now(),
      done_time        timestamptz,
      primary key (workspace_id, user_id, deletion_id)
    )`.execute(db);
  for (const table of ["recording_settings", "session_deletions"]) await closeTenantTable(db, "ingest", table);
  // The workspaces that have recordings, for sweeps: they look at one after the other.
  await sql`create table ingest.workspaces (workspace_id uuid primary key)`.execute(db);
  await seeingAll(db, "workspace_keys", () =>
    sql`insert into ingest.workspaces select workspace_id from ingest.workspace_keys`.execute(db),
  );
  await openSystemTable(db, "ingest", "workspaces", ["select", "insert"]);
  await sql`alter table ingest.chunks add column cut_events int not null default 0`.execute(db);
  await createJobTable(db, "ingest");
}

async function widenSessions(db: Kysely<never>): Promise<void> {
  await sql`alter table ingest.sessions drop constraint sessions_state_check`.execute(db);
  // `ended_quietly`: the sweep finished it, not its client: a chunk takes it up again.
  // `touch_time`: when the client last created or finished it; a chunk's arrival stands in the tabs. The clock offset
  // is frozen here when the session is complete.
  await sql`
    alter table ingest.sessions
      add constraint sessions_state_check check (state in ('recording', 'finishing', 'complete', 'incomplete')),
      add column touch_time          timestamptz not null default now(),
      add column clock_offset_ms     bigint,
      add column ended_quietly       boolean not null default false,
      add column events_expire_time  timestamptz`.execute(db);
  await sql`create index on ingest.sessions (workspace_id, touch_time) where state in ('recording', 'finishing')`.execute(
    db,
  );
  await sql`create index on ingest.sessions (workspace_id, create_time) where events_expire_time is null`.execute(db);
}

async function widenTabs(db: Kysely<never>): Promise<void> {
  // `snapshot_seq`: highest chunk with a FullSnapshot. Of rows from before only whether there is one is known; the
  // highest chunk that has arrived asks no recorder for one that it does not need.
  await sql`
    alter table ingest.tabs
      add column snapshot_seq      bigint,
      add column cut_events        bigint not null default 0,
      add column misdated_events   bigint not null default 0,
      add column clock_offset_ms   bigint,
      add column last_receive_time timestamptz not null default now()`.execute(db);
  await seeingAll(db, "tabs", () =>
    sql`update ingest.tabs set snapshot_seq = upper(received) - 1 where has_full_snapshot`.execute(db),
  );
  await sql`alter table ingest.tabs drop column has_full_snapshot`.execute(db);
}

/**
 * Runs what reads or changes every workspace's rows: forced row security holds for the tables' owner too, and no
 * transaction may name all workspaces.
 */
async function seeingAll(db: Kysely<never>, table: string, work: () => Promise<unknown>): Promise<void> {
  const name = sql.table(`ingest.${table}`);
  await sql`alter table ${name} no force row level security`.execute(db);
  await work();
  await sql`alter table ${name} force row level security`.execute(db);
}
