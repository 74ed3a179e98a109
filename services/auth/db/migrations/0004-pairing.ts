import { closeTenantTable, openSystemTable } from "@gigtrail/platform/db/tables";
import { type Kysely, sql } from "kysely";

/** Paired devices, and pairings under way, which belong to no workspace until a person approves them. */
export async function pairing(db: Kysely<never>): Promise<void> {
  await sql`
    create table auth.devices (
      workspace_id uuid not null,
      device_id    uuid not null,
      user_id      uuid not null,
      display_name text not null,
      create_time  timestamptz not null,
      primary key (workspace_id, device_id),
      foreign key (workspace_id, user_id) references auth.members
    )`.execute(db);
  await closeTenantTable(db, "auth", "devices");

  // client_name is what an unknown caller calls itself; it becomes a device's name only when a person approves it.
  // workspace_id, user_id and device_id are set by the approval; the row goes when the device has its tokens.
  await sql`
    create table auth.pairings (
      device_code_hash bytea primary key,
      user_code_hash   bytea not null unique,
      client_name      text not null,
      expire_time      timestamptz not null,
      interval_seconds int not null,
      poll_time        timestamptz,
      workspace_id     uuid,
      user_id          uuid,
      device_id        uuid
    )`.execute(db);
  await sql`create index on auth.pairings (expire_time)`.execute(db);
  await openSystemTable(db, "auth", "pairings", ["select", "update"]);

  // When a person last entered codes that no device shows.
  await sql`
    create table auth.wrong_user_codes (
      user_id     uuid primary key,
      wrong_times timestamptz[] not null
    )`.execute(db);
  await openSystemTable(db, "auth", "wrong_user_codes", ["select", "insert", "update"]);
}
