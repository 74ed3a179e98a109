import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type ProcessName, runMigrations, settingsOf } from "@gigtrail/dev-env/distributed/start-distributed";
import { SETTINGS } from "@gigtrail/e2e/support/system";
import { newKey } from "@gigtrail/platform/crypto/aead";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { freePort } from "@gigtrail/test-servers/free-port";
import { type NatsServer, startNats } from "@gigtrail/test-servers/nats";
import { startPostgres } from "@gigtrail/test-servers/postgres";
import { findDataFolder, type KillablePostgres } from "./crash-postgres.ts";
import { type SmallDisk, startSmallDisk } from "./small-disk.ts";
import { SupervisedProcess } from "./supervised-process.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const REPOSITORY = join(import.meta.dir, "../../..");
/** Size of the disk that ingest keeps its blobs on, in bytes. */
const DISK_BYTES = 256 * 1024 * 1024;
/** Room below which ingest takes nothing more, in bytes: little, so that a full disk is met before it is seen. */
const MIN_FREE_BYTES = 1024 * 1024;
/** How long the system may take until it is ready, in milliseconds. */
const READY_MS = 60_000;

/** The services of which there are two: who holds a lease must have somebody who could take it over. */
const TWICE: ReadonlySet<ProcessName> = new Set(["ingest", "analysis"]);

/** The whole system under the suite's control. */
export interface ChaosSystem {
  /** The gateway, through a proxy. */
  readonly url: string;
  readonly folder: string;
  /** By service; of ingest and analysis there are two. */
  readonly processes: Readonly<Record<ProcessName, readonly SupervisedProcess[]>>;
  readonly postgres: KillablePostgres;
  readonly nats: NatsServer;
  /** Between clients and the gateway. */
  readonly clientProxy: TcpProxy;
  /** Between the gateway (and analysis and export) and ingest. */
  readonly ingestProxy: TcpProxy;
  /** Between the services and PostgreSQL. */
  readonly databaseProxy: TcpProxy;
  /** Where ingest keeps its blobs; `why` where the system does not allow one. */
  readonly disk: SmallDisk | { readonly why: string };
  /** Where this process sees ingest's blobs. */
  readonly blobFolder: string;
  /** The database as a superuser, past the proxy. */
  readonly databaseUrl: string;
  readonly masterKey: MasterKey;
  /** Whether every process says that it can do its work. */
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL, nats-server, the proxies and seven processes in a folder, and waits until all are ready. */
export async function startSystem(folder: string): Promise<ChaosSystem> {
  const [server, nats] = await Promise.all([startPostgres(), startNats()]);
  const databaseUrl = await server.createDatabase();
  await runMigrations(databaseUrl);
  const blobs = join(folder, "blobs", "ingest");
  mkdirSync(blobs, { recursive: true });
  const disk = await startSmallDisk(blobs, DISK_BYTES);
  const databasePort = freePort();
  const masterKey = newKey().toString("base64");
  const settings = settingsOf({
    databaseUrl: withPort(databaseUrl, databasePort),
    natsUrl: nats.url,
    folder,
    freePort,
    env: { ...SETTINGS, MASTER_KEY: masterKey, MIN_FREE_DISK_BYTES: String(MIN_FREE_BYTES) },
  });
  const started = new Map<ProcessName, SupervisedProcess[]>();
  const ports = new Map<SupervisedProcess, number>();
  const portsOf = (name: ProcessName) => {
    const well = (started.get(name) ?? []).filter((each) => !each.isFrozen);
    return well.map((each) => ports.get(each) ?? 0);
  };
  const databaseProxy = await TcpProxy.listen(databasePort, () => [portOf(databaseUrl)]);
  const ingestProxy = await TcpProxy.listen(portOf(`http://${settings.ingest["LISTEN_ADDRESS"]}`), () =>
    portsOf("ingest"),
  );
  const clientPort = freePort();
  const clientProxy = await TcpProxy.listen(clientPort, () => [Number(settings.gateway["PORT"])]);
  for (const name of ["auth", "ingest", "analysis", "export", "gateway"] as const) {
    const several = Array.from({ length: TWICE.has(name) ? 2 : 1 }, (_, index) => {
      const env = name === "ingest" || index > 0 ? withOwnPorts(settings[name]) : settings[name];
      const supervised = new SupervisedProcess({
        name: TWICE.has(name) ? `${name}-${index + 1}` : name,
        command: [...(name === "ingest" && "command" in disk ? disk.command : []), ...programOf(name)],
        env: { PATH: process.env["PATH"] ?? "", LOG_LEVEL: "info", ...env },
        logFile: join(folder, `${name}-${index + 1}.log`),
        healthUrl: name === "gateway" ? `http://127.0.0.1:${env["PORT"]}` : `http://${env["ADMIN_ADDRESS"]}`,
      });
      ports.set(supervised, portOf(`http://${env["LISTEN_ADDRESS"] ?? `127.0.0.1:${env["PORT"]}`}`));
      return supervised;
    });
    started.set(name, several);
  }
  const processes = recordOf(started);
  const all = [...started.values()].flat();
  const system: ChaosSystem = {
    url: `http://127.0.0.1:${clientPort}`,
    folder,
    processes,
    postgres: { server, dataFolder: await findDataFolder(server) },
    nats,
    clientProxy,
    ingestProxy,
    databaseProxy,
    disk,
    // A service's blobs lie in a folder of its name.
    blobFolder: join("view" in disk ? disk.view : blobs, "ingest"),
    databaseUrl,
    masterKey: MasterKey.parse(masterKey),
    isReady: async () => (await Promise.all(all.map((each) => each.isReady()))).every(Boolean),
    async stop() {
      await Promise.all(all.map((each) => each.stop()));
      for (const proxy of [clientProxy, ingestProxy, databaseProxy]) proxy.stop();
      await Promise.all([server.stop(), nats.stop(), "stop" in disk ? disk.stop() : undefined]);
    },
  };
  await untilReady(system);
  return system;
}

async function untilReady(system: ChaosSystem): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await system.isReady())) {
    if (Date.now() > deadline) {
      await system.stop();
      throw new Error(`the system did not become ready; its logs are in ${system.folder}`);
    }
    await Bun.sleep(100);
  }
}

function programOf(name: ProcessName): string[] {
  const main = name === "gateway" ? "gateway/main.ts" : `services/${name}/main.ts`;
  return [process.execPath, join(REPOSITORY, main)];
}

function withOwnPorts(env: Readonly<Record<string, string>>): Record<string, string> {
  return { ...env, LISTEN_ADDRESS: `127.0.0.1:${freePort()}`, ADMIN_ADDRESS: `127.0.0.1:${freePort()}` };
}

function recordOf(started: ReadonlyMap<ProcessName, SupervisedProcess[]>) {
  const of = (name: ProcessName) => started.get(name) ?? [];
  return {
    auth: of("auth"),
    ingest: of("ingest"),
    analysis: of("analysis"),
    export: of("export"),
    gateway: of("gateway"),
  };
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

function withPort(url: string, port: number): string {
  return Object.assign(new URL(url), { port: String(port) }).href;
}
