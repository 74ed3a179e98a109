import type { AuthSchema, AuthTx } from "../schema.ts";

/**
 * Spends a request_id, unless it was spent after `since`; returns whether it did. Of several at once the first to
 * commit wins and the others wait for it here.
 */
export async function insertDoneRequest(tx: AuthTx, done: AuthSchema["done_requests"], since: Date): Promise<boolean> {
  await tx
    .deleteFrom("done_requests")
    .where("scope", "=", done.scope)
    .where("request_id", "=", done.request_id)
    .where("create_time", "<=", since)
    .execute();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("done_requests")
    .values(done)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
