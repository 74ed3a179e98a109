import type { Environment } from "@gigtrail/platform/config";
import { startPglite } from "@gigtrail/platform/db/pglite";
import type { Running } from "@gigtrail/platform/lifecycle";
import type { DatabaseSurroundings } from "@gigtrail/platform/service";

/** The database of an all-in-one. */
export interface AllInOneDatabase extends Running {
  readonly surroundings: DatabaseSurroundings;
}

/** Uses the PostgreSQL that DATABASE_URL names, or starts the embedded database in a folder. */
export async function openAllInOneDatabase(env: Environment, folder: string): Promise<AllInOneDatabase> {
  const url = env["DATABASE_URL"];
  if (url) {
    return { surroundings: { address: { url }, embedded: false, migrate: true }, stop: async () => undefined };
  }
  const pglite = await startPglite(folder);
  return {
    surroundings: { address: pglite.address, embedded: true, migrate: true },
    stop: () => pglite.stop(),
  };
}
