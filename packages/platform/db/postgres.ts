import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool, types } from "pg";
import type { Log } from "../log.ts";
import { PlainError } from "../plain-error.ts";

/** Connections a service holds at most. */
export const MAX_CONNECTIONS = 10;
/** How long a caller waits for a connection before it is told that the database is busy, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

// int8 as a number: every count and size here is far below 2^53; ids are uuid or text.
types.setTypeParser(types.builtins.INT8, Number);

/** Where the database is: a URL, or the folder of a Unix socket. */
export type DatabaseAddress = { url: string } | { socketFolder: string };

/** Opens a pool of connections. A killed connection is replaced; without the listeners it would end the process. */
export function openPool<Schema>(address: DatabaseAddress, log: Log, max = MAX_CONNECTIONS): Kysely<Schema> {
  const where =
    "url" in address
      ? { connectionString: address.url }
      : { host: address.socketFolder, user: "postgres", database: "postgres" };
  // Queries of one connection that are begun together go out together, and are answered in their order.
  const pool = new Pool({ ...where, max, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, pipeline: true });
  pool.on("error", (error) => log.warn({ error }, "an idle database connection was lost"));
  pool.on("connect", (client) => {
    client.on("error", (error: unknown) => log.warn({ error }, "a database connection was lost"));
  });
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

/** Throws when a PostgreSQL server would acknowledge what it may lose: the promise to keep it could not be kept. */
export async function assertDurable(db: Kysely<never>): Promise<void> {
  const { rows } = await sql<{ fsync: string; synchronous_commit: string }>`
    select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`.execute(db);
  const { fsync, synchronous_commit } = rows[0] ?? { fsync: "?", synchronous_commit: "?" };
  if (fsync !== "on" || synchronous_commit === "off") {
    throw new PlainError(
      `PostgreSQL runs with fsync=${fsync} and synchronous_commit=${synchronous_commit}; Gigtrail needs both on.`,
    );
  }
}
