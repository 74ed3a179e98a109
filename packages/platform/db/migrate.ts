import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { PlainError } from "../plain-error.ts";
import { type SchemaName, systemRole, tenantRole } from "./roles.ts";

/** A schema's migrations by name; they run in the order of their names, once each. */
export type Migrations = Readonly<Record<string, (db: Kysely<never>) => Promise<void>>>;

/** unique_violation, duplicate_object, duplicate_schema, deadlock_detected, "tuple concurrently updated". */
const RACE_CODES: ReadonlySet<string> = new Set(["23505", "42710", "42P06", "40P01", "XX000"]);
const MAX_ATTEMPTS = 20;
/** The advisory lock of all migrations of a database; any number that nobody else uses. */
const MIGRATION_LOCK = 4_713_001;
const MAX_RACE_PAUSE_MS = 100;
/** undefined_table: what a schema that was never migrated answers. */
const UNDEFINED_TABLE = "42P01";

/** Says that the database and this version of Gigtrail do not fit. */
export class MigrationError extends PlainError {
  override readonly name = "MigrationError";
}

/**
 * Brings a schema up to date, in one transaction under an advisory lock so that two processes do not do it at once.
 * The connection must be allowed to create schemas and roles.
 */
export async function migrate(db: Kysely<never>, schema: SchemaName, migrations: Migrations): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.transaction().execute((tx) => migrateWithin(tx, schema, migrations));
      return;
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isRace(error)) throw error;
      await Bun.sleep(Math.random() * MAX_RACE_PAUSE_MS);
    }
  }
}

/** Parameters are sent within a transaction only: on PGlite, another client may come between a statement and them. */
async function migrateWithin(tx: Kysely<never>, schema: SchemaName, migrations: Migrations): Promise<void> {
  await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(tx);
  await makeSchemaAndRoles(tx, schema);
  const { error } = await migratorOf(tx, schema, migrations).migrateToLatest();
  if (error !== undefined) {
    const why = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`The schema ${schema} could not be migrated: ${why}.`, { cause: error });
  }
}

/** Throws when a schema is not the one that this version needs. */
export async function checkMigrated(db: Kysely<never>, schema: SchemaName, migrations: Migrations): Promise<void> {
  const done = await sql<{ name: string }>`select name from ${sql.table(`${schema}.migrations`)}`
    .execute(db)
    .catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === UNDEFINED_TABLE) return { rows: [] };
      throw error;
    });
  const names = new Set(done.rows.map((row) => row.name));
  const missing = Object.keys(migrations).filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw new MigrationError(`The schema ${schema} lacks ${missing.length} migration(s). Run \`bun run migrate\`.`);
  }
}

async function makeSchemaAndRoles(tx: Kysely<never>, schema: SchemaName): Promise<void> {
  await sql`create schema if not exists ${sql.raw(schema)}`.execute(tx);
  for (const role of [tenantRole(schema), systemRole(schema)]) {
    const { rows } = await sql`select 1 from pg_roles where rolname = ${role}`.execute(tx);
    if (rows.length === 0) await sql`create role ${sql.raw(role)} nologin`.execute(tx);
    await sql`grant ${sql.raw(role)} to current_user`.execute(tx);
    await sql`grant usage on schema ${sql.raw(schema)} to ${sql.raw(role)}`.execute(tx);
  }
}

/**
 * Whether somebody else made the same thing at the same moment. Roles belong to the whole server, so no lock of this
 * database could keep another database's migration away.
 */
function isRace(error: unknown): boolean {
  return error instanceof Error && "code" in error && RACE_CODES.has(String(error.code));
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
