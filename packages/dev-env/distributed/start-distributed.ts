import { join } from "node:path";
import type { Environment } from "@gigtrail/platform/config";
import { newKey } from "@gigtrail/platform/crypto/aead";
import { newSecret } from "@gigtrail/platform/ids";
import type { Running } from "@gigtrail/platform/lifecycle";
import { SCHEMAS } from "@gigtrail/platform/db/roles";
import type { ServiceName } from "@gigtrail/platform/service";

const REPOSITORY = join(import.meta.dir, "../../..");
/** How long all processes together may take until they are ready, in milliseconds. */
const READY_MS = 60_000;
/** What of a process's log an error quotes, in characters. */
const LOG_TAIL_CHARS = 2_000;

/** Names of the five processes. */
export type ProcessName = ServiceName | "gateway";

/** What five processes stand on. */
export interface DistributedOptions {
  databaseUrl: string;
  natsUrl: string;
  /** Where blobs and logs are kept. */
  folder: string;
  /** A free port for each of gRPC and administration, and one for the gateway. */
  freePort(): number;
  /** Settings for all processes; MASTER_KEY is made up unless it is given. */
  env?: Environment;
  /** Hears of each process as it starts, so that a test can have it killed with itself. */
  onSpawn?(process: Bun.Subprocess): void;
}

/** Gigtrail as five processes on this machine. */
export interface Distributed extends Running {
  readonly url: string;
  /** A process, to be killed or frozen by a test. */
  readonly processes: Record<ProcessName, Bun.Subprocess>;
  /** Starts processes that have ended, with the same settings, and waits until all are ready. */
  restart(...names: ProcessName[]): Promise<void>;
}

/** Migrates the database, starts the four services and the gateway, and waits until all are ready. */
export async function startDistributed(options: DistributedOptions): Promise<Distributed> {
  const environments = settingsOf(options);
  await runMigrations(options.databaseUrl);
  const start = (name: ProcessName) => {
    const started = spawn(name, environments[name], options.folder);
    options.onSpawn?.(started);
    return started;
  };
  const processes = Object.fromEntries(PROCESSES.map((name) => [name, start(name)])) as Record<
    ProcessName,
    Bun.Subprocess
  >;
  const url = `http://127.0.0.1:${environments.gateway["PORT"]}`;
  const stop = async () => {
    for (const each of Object.values(processes)) each.kill("SIGTERM");
    await Promise.all(Object.values(processes).map((each) => each.exited));
  };
  try {
    await untilReady(url, processes, options.folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    processes,
    stop,
    async restart(...names) {
      for (const name of names) processes[name] = start(name);
      await untilReady(url, processes, options.folder);
    },
  };
}

const PROCESSES: readonly ProcessName[] = [...SCHEMAS, "gateway"];

/** The environment of each process, with ports and secrets that are made up anew. */
export function settingsOf(options: Omit<DistributedOptions, "onSpawn">): Record<ProcessName, Record<string, string>> {
  const ports = new Map(SCHEMAS.map((name) => [name, options.freePort()] as const));
  const secrets = new Map(SCHEMAS.map((name) => [name, newSecret()] as const));
  const shared = {
    ...definedOnly(options.env ?? {}),
    NATS_URL: options.natsUrl,
    ...Object.fromEntries(SCHEMAS.map((name) => [`${name.toUpperCase()}_ADDRESS`, `127.0.0.1:${ports.get(name)}`])),
  };
  const masterKey = options.env?.["MASTER_KEY"] ?? newKey().toString("base64");
  const service = (name: ServiceName) => ({
    ...shared,
    DATABASE_URL: options.databaseUrl,
    BLOB_FOLDER: join(options.folder, "blobs", name),
    MASTER_KEY: masterKey,
    SERVICE_SECRET: secrets.get(name) ?? "",
    SERVICE_SECRETS: [...secrets].map(([each, value]) => `${each}:${value}`).join(","),
    LISTEN_ADDRESS: `127.0.0.1:${ports.get(name)}`,
    ADMIN_ADDRESS: `127.0.0.1:${options.freePort()}`,
  });
  return {
    auth: service("auth"),
    ingest: service("ingest"),
    analysis: service("analysis"),
    export: service("export"),
    gateway: { ...shared, HOST: "127.0.0.1", PORT: String(options.freePort()) },
  };
}

function definedOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Brings the schemas of all services up to date. Throws with what the migration says. */
export async function runMigrations(databaseUrl: string): Promise<void> {
  const migrating = Bun.spawn([process.execPath, join(REPOSITORY, "packages/dev-env/migrate.ts")], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdout: "ignore",
    stderr: "pipe",
  });
  if ((await migrating.exited) !== 0)
    throw new Error(`migrating failed: ${await new Response(migrating.stderr).text()}`);
}

function spawn(name: ProcessName, settings: Record<string, string>, folder: string): Bun.Subprocess {
  const main = name === "gateway" ? "gateway/main.ts" : `services/${name}/main.ts`;
  const log = Bun.file(join(folder, `${name}.log`));
  return Bun.spawn([process.execPath, join(REPOSITORY, main)], {
    env: { PATH: process.env["PATH"] ?? "", LOG_LEVEL: "info", ...settings },
    stdout: log,
    stderr: log,
  });
}

async function logTail(folder: string, name: string): Promise<string> {
  return (await Bun.file(join(folder, `${name}.log`)).text()).slice(-LOG_TAIL_CHARS);
}

async function untilReady(url: string, processes: Record<ProcessName, Bun.Subprocess>, folder: string): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    for (const [name, each] of Object.entries(processes)) {
      if (each.exitCode !== null || each.signalCode !== null)
        throw new Error(`${name} ended with ${each.exitCode ?? each.signalCode}:\n${await logTail(folder, name)}`);
    }
    const ready = await fetch(`${url}/healthz/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await Bun.sleep(100);
  }
  throw new Error("not all processes became ready in time");
}
