import { type Distributed, startDistributed } from "@gigtrail/dev-env/distributed/start-distributed";
import { newKey } from "@gigtrail/platform/crypto/aead";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { freePort } from "@gigtrail/test-servers/free-port";
import { guardProgram } from "@gigtrail/test-servers/guard";
import { type NatsServer, startNats } from "@gigtrail/test-servers/nats";
import { sharedPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { SETTINGS, type System } from "./system.ts";

/** What five processes need from outside the repository. */
export const DISTRIBUTED_NEEDS = requirement.all(requirement("own nats-server"), requirement("postgresql"));

/** Five processes that a test may kill, on a PostgreSQL and a nats-server. */
export interface DistributedSystem extends System, Distributed {
  /** Of this system alone. */
  readonly nats: NatsServer;
}

let shared: Promise<DistributedSystem> | undefined;

/** The five processes of all tests of this test process; they end with it, however it ends. */
export function sharedDistributed(): Promise<DistributedSystem> {
  return (shared ??= bootDistributed());
}

/** Starts five processes on a database and a nats-server of their own. */
export async function bootDistributed(): Promise<DistributedSystem> {
  const [databases, nats] = await Promise.all([sharedPostgres(), startNats()]);
  const databaseUrl = await databases.createDatabase();
  const masterKey = newKey().toString("base64");
  const running = await startDistributed({
    databaseUrl,
    natsUrl: nats.url,
    folder: createTempFolder().path,
    freePort,
    env: { ...SETTINGS, MASTER_KEY: masterKey },
    onSpawn: ({ pid }) => guardProgram(pid),
  });
  return {
    ...running,
    nats,
    database: { address: { url: databaseUrl }, embedded: false, migrate: false },
    masterKey: MasterKey.parse(masterKey),
  };
}
