import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PostgresServer } from "@gigtrail/test-servers/postgres";
import { Client } from "pg";

/** A PostgreSQL whose processes are known, so that all of them can be killed. */
export interface KillablePostgres {
  readonly server: PostgresServer;
  /** Its postmaster's folder, which has the postmaster's process id. */
  readonly dataFolder: string;
}

/** Asks a PostgreSQL where its data are. */
export async function findDataFolder(server: PostgresServer): Promise<string> {
  const client = new Client({ connectionString: server.url("postgres") });
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    return rows[0]?.data_directory ?? "";
  } finally {
    await client.end();
  }
}

/**
 * Ends PostgreSQL as a crash of its machine would: the postmaster and every backend at once with SIGKILL, so that
 * nothing in hand is finished. Where the backends cannot be listed (not Linux) it is told to end at once (SIGQUIT).
 */
export async function crashPostgres({ server, dataFolder }: KillablePostgres): Promise<void> {
  if (process.platform !== "linux") return server.kill("SIGQUIT");
  const [postmaster] = readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n").map(Number);
  if (!postmaster) throw new Error("the postmaster's process id is not known");
  const backends = childrenOf(postmaster);
  const ended = server.kill("SIGKILL");
  for (const pid of backends) killQuietly(pid);
  await ended;
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

/** A backend that has just ended by itself is as good as killed. */
function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
