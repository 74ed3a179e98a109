import { chownSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { findPostgresFolder } from "./find-program.ts";
import { freePort } from "./free-port.ts";
import { ServerProgram } from "./server-program.ts";
import { createTempFolder } from "./temp-folder.ts";
import { reachableTempFolder, unprivilegedUser, type User } from "./unprivileged-user.ts";

/** A PostgreSQL for tests. */
export interface Databases {
  /** The address of one of its databases, for a superuser. */
  url(database: string): string;
  /** Makes an empty database; gives its address. */
  createDatabase(): Promise<string>;
}

/** A PostgreSQL of a test's own, as durable as in production: fsync and synchronous_commit are on. */
export interface PostgresServer extends Databases {
  /**
   * Ends it and waits for that. The default, SIGQUIT, is a crash: nothing in hand is finished or flushed. SIGKILL leaves
   * its backends, who may go on to commit; SIGINT ends it cleanly.
   */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and removes its data. Safe to call twice. */
  stop(): Promise<void>;
}

/** Settings that keep it small; everything that durability depends on stays as it is delivered. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: "32MB",
  max_wal_size: "256MB",
  log_min_messages: "fatal",
  log_min_error_statement: "fatal",
};

/** Databases of a server that is not ours: their names begin with this and go on with a UUIDv7. */
const PREFIX = "gigtrail_test_";
/** Such databases are dropped by the next run when they are older than this, in milliseconds. */
const KEEP_MS = 60 * 60 * 1000;

let shared: Promise<Databases> | undefined;

/** The PostgreSQL of all tests of this process: the one at DATABASE_URL, otherwise one that ends with the process. */
export function sharedPostgres(): Promise<Databases> {
  const url = process.env["DATABASE_URL"];
  return (shared ??= url ? usePostgres(url) : startPostgres());
}

async function usePostgres(anyUrl: string): Promise<Databases> {
  const url = (database: string) => Object.assign(new URL(anyUrl), { pathname: `/${database}` }).href;
  const oldest = PREFIX + Bun.randomUUIDv7("hex", Date.now() - KEEP_MS).replaceAll("-", "");
  const databases = await query(anyUrl, "select datname as name from pg_database");
  for (const { name } of databases) {
    if (name?.startsWith(PREFIX) && name < oldest) await query(anyUrl, `drop database if exists ${name} with (force)`);
  }
  return {
    url,
    async createDatabase() {
      const name = PREFIX + Bun.randomUUIDv7().replaceAll("-", "");
      await query(anyUrl, `create database ${name} template template0`);
      return url(name);
    },
  };
}

/** Makes a PostgreSQL in a temporary folder and starts it on a free port of 127.0.0.1. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgresFolder();
  if (programs === undefined) throw new Error("PostgreSQL's initdb and postgres were not found");
  const user = unprivilegedUser();
  const folder = createTempFolder(user && reachableTempFolder());
  if (user) chownSync(folder.path, user.uid, user.gid);
  const data = join(folder.path, "data");
  await initialise(join(programs, "initdb"), data, user);
  const port = freePort();
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const settings = Object.entries({ ...SETTINGS, port }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const program = new ServerProgram({
    command: [join(programs, "postgres"), "-D", data, ...settings],
    logFile: join(folder.path, "log"),
    user,
    probe: async () => {
      await query(url("postgres"), "select 1");
    },
  });
  await program.start();
  let databases = 0;
  return {
    url,
    async createDatabase() {
      databases += 1;
      await query(url("postgres"), `create database test_${databases} template template0`);
      return url(`test_${databases}`);
    },
    kill: (signal = "SIGQUIT") => program.kill(signal),
    start: () => program.start(),
    async stop() {
      await program.kill("SIGQUIT");
      folder.remove();
    },
  };
}

async function initialise(initdb: string, data: string, user: User | undefined): Promise<void> {
  const command = [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"];
  const { exitCode, stderr } = Bun.spawnSync(command, { stdout: "ignore", stderr: "pipe", ...user });
  if (exitCode !== 0) throw new Error(`initdb failed:\n${stderr.toString()}`);
}

async function query(url: string, statement: string): Promise<{ name?: string }[]> {
  const client = new Client({ connectionString: url });
  // A server that is still starting, or ends, breaks connections at any moment; the query says so.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query<{ name?: string }>(statement)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
