import type { Environment } from "@gigtrail/platform/config";
import { startPglite } from "@gigtrail/platform/db/pglite";
import type { Running } from "@gigtrail/platform/lifecycle";
import type { DatabaseSurroundings } from "@gigtrail/platform/service";
import { PlainError } from "@gigtrail/platform/plain-error";

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
  const pglite = await startPglite(folder).catch((error: unknown) => cannotOpen(folder, error));
  return {
    surroundings: { address: pglite.address, embedded: true, migrate: true },
    stop: () => pglite.stop(),
  };
}

/** A full disk has a sentence of its own (terminal/run-plainly.ts). */
function cannotOpen(folder: string, error: unknown): never {
  if (!(error instanceof Error) || /no space left/i.test(error.message)) throw error;
  throw new PlainError(
    `The embedded database in ${folder} cannot be opened (${error.message}). Put back a copy of that folder, or choose another data folder with --data DIR.`,
    { cause: error },
  );
}
