import { requirement } from "@gigtrail/test-servers/requirement";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import type { Kysely } from "kysely";
import { startPglite } from "../../db/pglite.ts";
import { type DatabaseAddress, openPool } from "../../db/postgres.ts";
import { quietLog } from "../quiet-log.ts";

/** A database that a suite runs on. */
export interface TestDatabase {
  address: DatabaseAddress;
  embedded: boolean;
  stop(): Promise<void>;
}

const postgres = requirement("postgresql");

/** Both kinds of database; every suite runs on both. */
export const DATABASES = [
  { name: "PGlite", skip: false, start: startEmbedded },
  { name: postgres.title("PostgreSQL"), skip: postgres.skip, start: startReal },
];

/** PGlite takes seconds to start and close to a gigabyte: one for a test file. */
async function startEmbedded(): Promise<TestDatabase> {
  const folder = createTempFolder();
  const running = await startPglite(folder.path);
  const stop = async () => {
    await running.stop();
    folder.remove();
  };
  return { address: running.address, embedded: true, stop };
}

async function startReal(): Promise<TestDatabase> {
  const url = await (await sharedPostgres()).createDatabase();
  return { address: { url }, embedded: false, stop: async () => {} };
}

/** Runs a body with a pool of its own, as the owner of everything; `max` is the pool's connections. */
export async function withPool<T>(
  { address }: Pick<TestDatabase, "address">,
  body: (pool: Kysely<never>) => Promise<T>,
  max = 2,
): Promise<T> {
  const pool = openPool<never>(address, quietLog, max);
  try {
    return await body(pool);
  } finally {
    await pool.destroy();
  }
}
