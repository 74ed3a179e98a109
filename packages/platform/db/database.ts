import { type Kysely, sql } from "kysely";
import { isUuid } from "../ids.ts";
import { assertOutsideTransaction, insideTransaction } from "./guard.ts";
import type { SchemaName } from "./roles.ts";
import { systemRole, tenantRole } from "./roles.ts";

/**
 * The queries of one transaction; await nothing else while it is open. Queries that are begun without waiting for one
 * another go out together and run in the order in which they were begun, each after the one before has ended.
 */
export type Tx<Schema> = Kysely<Schema>;

/** One service's schema in the database. Every access is a short transaction under a role that owns nothing. */
export class Database<Schema> {
  constructor(
    private readonly kysely: Kysely<Schema>,
    readonly schema: SchemaName,
  ) {}

  /** Runs a transaction that sees the rows of these workspaces only. Only ingest's committer names more than one. */
  inWorkspace<T>(workspaceIds: string | readonly string[], body: (tx: Tx<Schema>) => Promise<T>): Promise<T> {
    const ids = typeof workspaceIds === "string" ? [workspaceIds] : workspaceIds;
    if (ids.length === 0 || !ids.every(isUuid)) throw new Error("a workspace id is not a UUID");
    return this.#run(tenantRole(this.schema), `, set_config('app.workspaces', '${ids.join(",")}', true)`, body);
  }

  /** Runs a transaction that sees queue and look-up tables, and no row of any tenant. */
  asSystem<T>(body: (tx: Tx<Schema>) => Promise<T>): Promise<T> {
    return this.#run(systemRole(this.schema), "", body);
  }

  /** Whether the database answers and keeps what it commits. Throws with the reason in words. */
  async check(): Promise<void> {
    await sql`select 1`.execute(this.kysely);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.kysely.destroy();
  }

  #run<T>(role: string, settings: string, body: (tx: Tx<Schema>) => Promise<T>): Promise<T> {
    assertOutsideTransaction("a transaction");
    return this.kysely.connection().execute(async (tx) => {
      // One round trip: the role and settings end with the transaction, so nothing leaks to the next user of the
      // connection.
      const begin = `begin; set local role ${role}; select set_config('search_path', '${this.schema}', true)${settings}`;
      try {
        // Not waited for: it goes out together with the body's first queries. Should it fail, so do they, since the
        // transaction is aborted or there is no connection; its error is the one to tell of.
        const begun = sql.raw(begin).execute(tx);
        const result = await firstError(
          begun,
          insideTransaction(() => body(tx)),
        );
        // A query whose error the body hid has aborted the transaction, and COMMIT would answer without an error that it
        // rolled back; the query before it cannot.
        await sql`select 1; commit`.execute(tx);
        return result;
      } catch (error) {
        await rollBack(tx);
        throw error;
      }
    });
  }
}

/** Waits for both, so that nothing of the body is left behind a rollback; the error of the first goes before. */
async function firstError<T>(begun: Promise<unknown>, running: Promise<T>): Promise<T> {
  const [beginning, result] = await Promise.allSettled([begun, running]);
  if (beginning.status === "rejected") throw beginning.reason;
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

/** A connection that broke has nothing to roll back; the error that broke it is the one to tell of. */
async function rollBack<Schema>(tx: Kysely<Schema>): Promise<void> {
  await sql`rollback`.execute(tx).catch(() => undefined);
}
