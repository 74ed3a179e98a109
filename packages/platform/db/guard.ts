import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Inside a transaction nothing may be awaited but that transaction's own queries: on PGlite all clients are one
 * session, and a second one's query would wait for the first for ever; on PostgreSQL it holds locks while waiting
 * for the world. The store is empty in callbacks of pg and of streams, so this finds mistakes, not all of them.
 */
const inTransaction = new AsyncLocalStorage<true>();

/** Runs a transaction's body, so that assertOutsideTransaction can see it. */
export function insideTransaction<T>(body: () => Promise<T>): Promise<T> {
  return inTransaction.run(true, body);
}

/** Throws when called from the body of a transaction. `what` names the thing that must wait until after it. */
export function assertOutsideTransaction(what: string): void {
  if (inTransaction.getStore()) throw new Error(`${what} inside a transaction: do it before or after`);
}
