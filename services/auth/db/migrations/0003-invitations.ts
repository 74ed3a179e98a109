import { closeTenantTable, openSystemTable } from "@gigtrail/platform/db/tables";
import { type Kysely, sql } from "kysely";

/** Invitations of a workspace; by the hash of a code, before the workspace is known, they are found in a table of ids. */
export async function invitations(db: Kysely<never>): Promise<void> {
  await sql`
    create table auth.invitations (
      workspace_id    uuid not null references auth.workspaces,
      invitation_id   uuid not null,
      email           text not null,
      role            int not null check (role in (10, 20, 30, 40)),
      inviter_user_id uuid not null,
      create_time     timestamptz not null,
      expire_time     timestamptz not null,
      accept_time     timestamptz,
      primary key (workspace_id, invitation_id)
    )`.execute(db);
  await closeTenantTable(db, "auth", "invitations");

  await sql`
    create table auth.invitation_codes (
      code_hash     bytea primary key,
      workspace_id  uuid not null,
      invitation_id uuid not null,
      expire_time   timestamptz not null
    )`.execute(db);
  await sql`create index on auth.invitation_codes (expire_time)`.execute(db);
  await openSystemTable(db, "auth", "invitation_codes", ["select", "insert", "delete"]);
}
