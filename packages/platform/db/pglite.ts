import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Running } from "../lifecycle.ts";
import type { DatabaseAddress } from "./postgres.ts";
import type { PgliteCommand, PgliteReport } from "./pglite-worker.ts";

/** The embedded database, running. */
export interface Pglite extends Running {
  readonly address: DatabaseAddress;
}

/**
 * Starts PGlite (PostgreSQL in WebAssembly) on a folder, in a Worker so that queries do not block the main loop,
 * behind a Unix socket so that pg speaks to it as to any server. It survives kill -9 but cannot fsync: a power cut
 * may lose the last seconds. One process a folder: the caller holds the lock.
 */
export async function startPglite(dataFolder: string): Promise<Pglite> {
  // A socket's path may have 107 bytes at most, so it does not lie in the data folder, which may be deep.
  const socketFolder = await mkdtemp(join(tmpdir(), "gigtrail-"));
  const worker = new Worker(new URL("./pglite-worker.ts", import.meta.url));
  try {
    await ask(worker, { start: { dataFolder, socketPath: join(socketFolder, ".s.PGSQL.5432") } });
  } catch (error) {
    worker.terminate();
    await rm(socketFolder, { recursive: true, force: true });
    throw error;
  }
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await ask(worker, { stop: true });
    worker.terminate();
    await rm(socketFolder, { recursive: true, force: true });
  };
  return { address: { socketFolder }, stop: () => (stopped ??= stop()) };
}

function ask(worker: Worker, command: PgliteCommand): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<PgliteReport>) => {
      if ("failed" in event.data) reject(new Error(`PGlite: ${event.data.failed}`));
      else resolve();
    };
    worker.onerror = (event) => reject(new Error(`PGlite: ${event.message}`));
    worker.postMessage(command);
  });
}
