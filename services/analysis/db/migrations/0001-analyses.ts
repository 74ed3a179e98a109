import { closeTenantTable } from "@gigtrail/platform/db/tables";
import { type Kysely, sql } from "kysely";

/** What is known of sessions, and what was found in them. */
export async function analyses(db: Kysely<never>): Promise<void> {
  // One row a session that was ever heard of, which every change of it locks first; it stays, with `deleted`, as the
  // tombstone. Both in one row, so that a completion and a deletion at the same moment cannot miss each other.
  await sql`
    create table analysis.sessions (
      workspace_id uuid not null,
      session_id   uuid not null,
      user_id      uuid not null,
      deleted      boolean not null default false,
      primary key (workspace_id, session_id)
    )`.execute(db);
  // Whether an analysis is queued, running, done or failed stands in its job (see db/find-analysis.ts): kept twice,
  // the two would differ after a crash. Everything that was found hangs on this row: with it, it goes.
  await sql`
    create table analysis.analyses (
      workspace_id     uuid not null,
      session_id       uuid not null,
      user_id          uuid not null,
      generation       int not null,
      percent          int not null default 0 check (percent between 0 and 100),
      stage            text not null default '',
      analyser_version int not null default 0,
      summary          jsonb,
      over_limit       jsonb,
      update_time      timestamptz not null default now(),
      primary key (workspace_id, session_id),
      foreign key (workspace_id, session_id) references analysis.sessions
    )`.execute(db);
  await sql`
    create table analysis.visits (
      workspace_id uuid not null,
      session_id   uuid not null,
      ordinal      int not null,
      user_id      uuid not null,
      tab_id       text not null,
      page_kind    text not null,
      url          text not null,
      path_pattern text not null,
      enter_ms     bigint not null,
      leave_ms     bigint not null,
      active_ms    bigint not null,
      idle_ms      bigint not null,
      job_key      text not null,
      primary key (workspace_id, session_id, ordinal),
      foreign key (workspace_id, session_id) references analysis.analyses on delete cascade
    )`.execute(db);
  await sql`create index on analysis.visits (workspace_id, user_id, session_id, ordinal)`.execute(db);
  await sql`create index on analysis.visits (workspace_id, job_key) where job_key <> ''`.execute(db);
  await sql`
    create table analysis.job_sightings (
      workspace_id          uuid not null,
      session_id            uuid not null,
      job_key               text not null,
      user_id               uuid not null,
      job_uid               text not null,
      title_words           text not null,
      first_seen_ms         bigint not null,
      last_seen_ms          bigint not null,
      visit_count           int not null,
      active_ms             bigint not null,
      application_form_seen boolean not null,
      primary key (workspace_id, session_id, job_key),
      foreign key (workspace_id, session_id) references analysis.analyses on delete cascade
    )`.execute(db);
  await sql`create index on analysis.job_sightings (workspace_id, user_id, job_key)`.execute(db);
  for (const table of ["sessions", "analyses", "visits", "job_sightings"]) {
    await closeTenantTable(db, "analysis", table);
  }
}
