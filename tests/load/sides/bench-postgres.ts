import { startPostgres } from "@gigtrail/test-servers/postgres";
import { Client } from "pg";
import { parentOf } from "../measure/process-usage.ts";

/** The PostgreSQL of a bench, with a database for each server. */
export interface BenchPostgres {
  /** Its first process. */
  readonly pid: number;
  /** Makes an empty database; gives its address. */
  createDatabase(): Promise<string>;
}

/** Starts a PostgreSQL that ends with the bench. Throws unless what it commits is on disk. */
export async function startBenchPostgres(stack: AsyncDisposableStack): Promise<BenchPostgres> {
  const postgres = await startPostgres();
  stack.defer(() => postgres.stop());
  const client = new Client({ connectionString: postgres.url("postgres") });
  await client.connect();
  try {
    for (const setting of ["fsync", "synchronous_commit"]) {
      const { rows } = await client.query<{ value: string }>("select current_setting($1) as value", [setting]);
      if (rows[0]?.value !== "on") throw new Error(`PostgreSQL runs with ${setting} ${rows[0]?.value}`);
    }
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    return { pid: parentOf(rows[0]?.pid ?? 0), createDatabase: () => postgres.createDatabase() };
  } finally {
    await client.end();
  }
}
