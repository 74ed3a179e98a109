import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPglite } from "@gigtrail/platform/db/pglite";
import type { DatabaseAddress } from "@gigtrail/platform/db/postgres";
import type { Running } from "@gigtrail/platform/lifecycle";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";

/** A database for one test file. */
export interface TestDatabase extends Running {
  readonly address: DatabaseAddress;
  readonly embedded: boolean;
}

/** A kind of database that tests run on. */
export interface DatabaseKind {
  readonly title: string;
  readonly skip: boolean;
  open(): Promise<TestDatabase>;
}

const postgresql = requirement("postgresql");

/** The embedded database, which is always there. */
export const PGLITE: DatabaseKind = { title: "PGlite", skip: false, open: openPglite };

/** Every database that Gigtrail runs on. */
export const DATABASES: readonly DatabaseKind[] = [
  PGLITE,
  { title: postgresql.title("PostgreSQL"), skip: postgresql.skip, open: openPostgres },
];

async function openPglite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), "gigtrail-test-"));
  const pglite = await startPglite(folder);
  return {
    address: pglite.address,
    embedded: true,
    async stop() {
      await pglite.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openPostgres(): Promise<TestDatabase> {
  const postgres = await sharedPostgres();
  return { address: { url: await postgres.createDatabase() }, embedded: false, stop: async () => undefined };
}
