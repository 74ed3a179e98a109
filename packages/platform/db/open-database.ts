import type { DatabaseSurroundings } from "../service.ts";
import type { Log } from "../log.ts";
import { Database } from "./database.ts";
import { checkMigrated, migrate, type Migrations } from "./migrate.ts";
import { assertDurable, openPool } from "./postgres.ts";
import type { SchemaName } from "./roles.ts";

/**
 * Opens a service's schema: migrated or checked, and (PostgreSQL) refused when the server would lose what it
 * acknowledged.
 */
export async function openDatabase<Schema>(
  { address, embedded, migrate: shouldMigrate }: DatabaseSurroundings,
  schema: SchemaName,
  migrations: Migrations,
  log: Log,
): Promise<Database<Schema>> {
  const owner = openPool<never>(address, log, 1);
  try {
    if (shouldMigrate) await migrate(owner, schema, migrations);
    else await checkMigrated(owner, schema, migrations);
    if (!embedded) await assertDurable(owner);
  } finally {
    await owner.destroy();
  }
  return new Database(openPool<Schema>(address, log), schema);
}
