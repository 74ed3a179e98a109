import { openSystemTable } from "@gigtrail/platform/db/tables";
import { type Kysely, sql } from "kysely";

/** Signing keys, sign-ins with their refresh tokens, and failed attempts: look-up tables of ids, hashes and times. */
export async function signIns(db: Kysely<never>): Promise<void> {
  // sealed_jwk: the private key as JWK, sealed under a key derived from the master key.
  await sql`
    create table auth.signing_keys (
      generation  int primary key,
      key_id      text not null unique,
      sealed_jwk  bytea not null,
      create_time timestamptz not null
    )`.execute(db);
  await openSystemTable(db, "auth", "signing_keys", []);

  // failures: since the last success; blocked_until: no attempt is looked at before then.
  await sql`
    create table auth.login_attempts (
      address_hash  bytea primary key,
      failures      int not null,
      blocked_until timestamptz not null,
      last_time     timestamptz not null
    )`.execute(db);
  await openSystemTable(db, "auth", "login_attempts", []);

  // end_time: when the sign-in ends, however busily its tokens are renewed.
  await sql`
    create table auth.sign_ins (
      sign_in_id   uuid primary key,
      user_id      uuid not null,
      workspace_id uuid not null,
      device_id    uuid,
      create_time  timestamptz not null,
      end_time     timestamptz not null,
      revoke_time  timestamptz
    )`.execute(db);
  await sql`create index on auth.sign_ins (user_id)`.execute(db);
  await sql`create index on auth.sign_ins (end_time)`.execute(db);
  await openSystemTable(db, "auth", "sign_ins", []);

  // use_time: when the token was first exchanged. Used tokens stay until they end, so that a second use is noticed.
  await sql`
    create table auth.refresh_tokens (
      token_hash  bytea primary key,
      sign_in_id  uuid not null references auth.sign_ins on delete cascade,
      expire_time timestamptz not null,
      use_time    timestamptz
    )`.execute(db);
  await sql`create index on auth.refresh_tokens (sign_in_id)`.execute(db);
  await sql`create index on auth.refresh_tokens (expire_time)`.execute(db);
  await openSystemTable(db, "auth", "refresh_tokens", []);
}
