import { describe } from "bun:test";
import { startPglite } from "@gigtrail/platform/db/pglite";
import type { DatabaseSurroundings } from "@gigtrail/platform/service";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";

/** A database of a test file's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: DatabaseSurroundings;
}

const postgresql = requirement("postgresql");

/** Runs a group of tests on the embedded database, and on PostgreSQL where it is found. */
export function describeOnDatabases(name: string, tests: (open: () => Promise<TestDatabase>) => void): void {
  describe(`${name}, on PGlite`, () => tests(openPglite));
  describe.skipIf(postgresql.skip)(postgresql.title(`${name}, on PostgreSQL`), () => tests(openPostgres));
}

async function openPglite(): Promise<TestDatabase> {
  const folder = createTempFolder();
  const pglite = await startPglite(folder.path);
  return {
    database: { address: pglite.address, embedded: true, migrate: true },
    async [Symbol.asyncDispose]() {
      await pglite.stop();
      folder.remove();
    },
  };
}

async function openPostgres(): Promise<TestDatabase> {
  const url = await (await sharedPostgres()).createDatabase();
  return { database: { address: { url }, embedded: false, migrate: true }, [Symbol.asyncDispose]: async () => {} };
}
