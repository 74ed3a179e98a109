import { type Kysely, sql } from "kysely";
import type { SchemaName } from "../db/roles.ts";
import { openSystemTable } from "../db/tables.ts";

/**
 * The job table of a schema. A job is known by (kind, key); asking for it again with a higher revision makes it due
 * again. Rows hold ids only. The tenant role may write here, so that a change and the job that follows from it, or a
 * job's results and its end, are one transaction.
 *
 *   queued ──claim──► running ──finish──► done
 *     ▲                  │
 *     └──retry, lease ───┴──after MAX_ATTEMPTS──► dead
 */
export async function createJobTable(db: Kysely<never>, schema: SchemaName): Promise<void> {
  const table = sql.table(`${schema}.jobs`);
  await sql`
    create table ${table} (
      job_id       uuid primary key default gen_random_uuid(),
      kind         text not null,
      key          text not null,
      revision     bigint not null,
      workspace_id uuid not null,
      user_id      uuid not null,
      subject_id   uuid not null,
      detail       jsonb not null default '{}',
      state        text not null default 'queued' check (state in ('queued', 'running', 'done', 'dead')),
      attempts     int not null default 0,
      run_after    timestamptz not null default now(),
      lease_until  timestamptz,
      fence        bigint not null default 0,
      error_reason text,
      create_time  timestamptz not null default now(),
      update_time  timestamptz not null default now(),
      unique (kind, key)
    )`.execute(db);
  await sql`create index on ${table} (run_after) where state in ('queued', 'running')`.execute(db);
  await openSystemTable(db, schema, "jobs", ["select", "insert", "update"]);
}
