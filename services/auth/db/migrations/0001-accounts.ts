import { closeTenantTable, openSystemTable } from "@gigtrail/platform/db/tables";
import { type Kysely, sql } from "kysely";

/**
 * Who can sign in, and what they belong to.
 *
 *   instance ─ owner ─► accounts ─ home ─► workspaces ◄─ members ─► accounts
 *
 * An account is looked up by its address before any workspace is known, so `accounts` cannot be a tenant table, though
 * it holds personal data (e-mail, display name, password hash). It is therefore readable by `gt_auth_system` alone:
 * a tenant's transaction may add an account (so that account, workspace and membership are one commit) and see none.
 */
export async function accounts(db: Kysely<never>): Promise<void> {
  // One row at most: racing registrations meet at its key, and one of them becomes the owner.
  await sql`
    create table auth.instance (
      "only"        boolean primary key check ("only"),
      owner_user_id uuid not null,
      create_time   timestamptz not null
    )`.execute(db);
  await openSystemTable(db, "auth", "instance", ["insert"]);

  await sql`
    create table auth.accounts (
      user_id       uuid primary key,
      workspace_id  uuid not null,
      email         text not null unique,
      display_name  text not null,
      password_hash text not null,
      create_time   timestamptz not null
    )`.execute(db);
  await openSystemTable(db, "auth", "accounts", ["insert"]);

  await sql`
    create table auth.workspaces (
      workspace_id uuid primary key,
      display_name text not null,
      create_time  timestamptz not null
    )`.execute(db);
  await closeTenantTable(db, "auth", "workspaces");

  await sql`
    create table auth.members (
      workspace_id uuid not null references auth.workspaces,
      user_id      uuid not null,
      role         int not null check (role in (10, 20, 30, 40)),
      create_time  timestamptz not null,
      primary key (workspace_id, user_id)
    )`.execute(db);
  await closeTenantTable(db, "auth", "members");

  // What a request_id was spent on (AIP-155), for 24 hours. `fingerprint` is a hash of the request without its secrets.
  await sql`
    create table auth.done_requests (
      scope        text not null,
      request_id   uuid not null,
      fingerprint  bytea not null,
      workspace_id uuid not null,
      subject_id   uuid not null,
      create_time  timestamptz not null,
      primary key (scope, request_id)
    )`.execute(db);
  await openSystemTable(db, "auth", "done_requests", ["select", "insert", "delete"]);
}
