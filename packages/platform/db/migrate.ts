import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { type SchemaName, systemRole, tenantRole } from "./roles.ts";

/** A schema's migrations by name; they run in the order of their names, once each. */
export type Migrations = Readonly<Record<string, (db: Kysely<never>) => Promise<void>>>;

/** Says that the database and this version of Gigtrail do not fit. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Brings a schema up to date, under an advisory lock so that two processes do not do it at once, in one transaction.
 * The connection must be allowed to create schemas and roles.
 */
export async function migrate(db: Kysely<never>, schema: SchemaName, migrations: Migrations): Promise<void> {
  await prepareSchema(db, schema);
  const { error } = await migratorOf(db, schema, migrations).migrateToLatest();
  if (error !== undefined) throw new MigrationError(`The schema ${schema} could not be migrated.`, { cause: error });
}

/** Throws when a schema is not the one that this version needs. */
export async function checkMigrated(db: Kysely<never>, schema: SchemaName, migrations: Migrations): Promise<void> {
  const done = await sql<{ name: string }>`select name from ${sql.table(`${schema}.migrations`)}`
    .execute(db)
    .catch(() => ({ rows: [] }));
  const names = new Set(done.rows.map((row) => row.name));
  const missing = Object.keys(migrations).filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw new MigrationError(`The schema ${schema} lacks ${missing.length} migration(s). Run \`bun run migrate\`.`);
  }
}

async function prepareSchema(db: Kysely<never>, schema: SchemaName): Promise<void> {
  await sql`create schema if not exists ${sql.raw(schema)}`.execute(db);
  for (const role of [tenantRole(schema), systemRole(schema)]) {
    await createRole(db, role);
    await sql`grant usage on schema ${sql.raw(schema)} to ${sql.raw(role)}`.execute(db);
  }
}

/** Roles belong to the whole server: another database's migration may make the same one at the same moment. */
async function createRole(db: Kysely<never>, role: string): Promise<void> {
  const { rows } = await sql`select 1 from pg_roles where rolname = ${role}`.execute(db);
  if (rows.length === 0) {
    await sql`create role ${sql.raw(role)} nologin`.execute(db).catch((error: unknown) => {
      if (!(error instanceof Error) || !("code" in error) || (error.code !== "42710" && error.code !== "23505"))
        throw error;
    });
  }
  await sql`grant ${sql.raw(role)} to current_user`.execute(db);
}

function migratorOf(db: Kysely<never>, schema: SchemaName, migrations: Migrations): Migrator {
  const provided: Record<string, Migration> = {};
  for (const [name, up] of Object.entries(migrations)) provided[name] = { up };
  return new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(provided) },
    migrationTableName: "migrations",
    migrationLockTableName: "migrations_lock",
    migrationTableSchema: schema,
  });
}
