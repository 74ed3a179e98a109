import { openSystemTable } from "@gigtrail/platform/db/tables";
import { type Kysely, sql } from "kysely";

/** What other services are to hear of, and who owns which blob. Ids only. */
export async function outboxAndPacks(db: Kysely<never>): Promise<void> {
  // `position` is stamped after the commit, by one process at a time: values of a sequence commit out of order, and
  // a reader that remembers "the last one" would miss some.
  await sql`
    create table ingest.outbox (
      outbox_id    bigint generated always as identity primary key,
      position     bigint unique,
      kind         text not null check (kind in ('completed', 'deleted')),
      workspace_id uuid not null,
      session_id   uuid not null,
      user_id      uuid not null,
      generation   int not null,
      create_time  timestamptz not null default now()
    )`.execute(db);
  await sql`create index on ingest.outbox (outbox_id) where position is null`.execute(db);
  await sql`create table ingest.outbox_head (single boolean primary key default true check (single), position bigint not null)`.execute(
    db,
  );
  await sql`insert into ingest.outbox_head (position) values (0)`.execute(db);
  // 'live': rows of chunks need blocks of it, as many as live_blocks says. 'doomed': nobody does, the blob is to go.
  // The key decides who wins: a commit, or the sweep that takes a blob for nobody's.
  await sql`
    create table ingest.packs (
      pack_id     uuid primary key,
      state       text not null default 'live' check (state in ('live', 'doomed')),
      live_blocks int not null
    )`.execute(db);
  await sql`create index on ingest.packs (pack_id) where state = 'doomed'`.execute(db);
  await openSystemTable(db, "ingest", "outbox", ["insert"]);
  await openSystemTable(db, "ingest", "outbox_head", []);
  await openSystemTable(db, "ingest", "packs", ["select", "insert", "update"]);
}
