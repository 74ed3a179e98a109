import { startPglite } from "@gigtrail/platform/db/pglite";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import type { DatabaseSurroundings } from "@gigtrail/platform/service";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import type { Kysely } from "kysely";
import type { IngestSchema } from "../../db/schema.ts";

/** An empty database of a test file's own. */
export interface TestDatabase {
  readonly surroundings: DatabaseSurroundings;
  /** Its superuser, who sees every row of the schema `ingest`. For looking and for damage, not for what services do. */
  readonly owner: Kysely<IngestSchema>;
  stop(): Promise<void>;
}

/** PostgreSQL where it is found: tests of what only several connections at once can break are skipped without it. */
export const postgres = requirement("postgresql");

/** PostgreSQL where it is found, otherwise the embedded database. */
export function openTestDatabase(): Promise<TestDatabase> {
  return postgres.skip ? openEmbeddedDatabase() : openPostgresDatabase();
}

/** The embedded database; takes seconds to start and close to a gigabyte. */
export async function openEmbeddedDatabase(): Promise<TestDatabase> {
  const folder = createTempFolder();
  const running = await startPglite(folder.path);
  return toTestDatabase({ address: running.address, embedded: true, migrate: true }, async () => {
    await running.stop();
    folder.remove();
  });
}

async function openPostgresDatabase(): Promise<TestDatabase> {
  const url = await (await sharedPostgres()).createDatabase();
  return toTestDatabase({ address: { url }, embedded: false, migrate: true }, async () => undefined);
}

/** A database that is there already; `end` ends what it runs on. */
export function toTestDatabase(surroundings: DatabaseSurroundings, end: () => Promise<void>): TestDatabase {
  const pool = openPool<IngestSchema>(surroundings.address, createLog("test", "silent"), 2);
  return {
    surroundings,
    owner: pool.withSchema("ingest"),
    async stop() {
      await pool.destroy();
      await end();
    },
  };
}
