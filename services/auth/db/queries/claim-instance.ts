import type { AuthTx } from "../schema.ts";

/**
 * Makes a user the owner of the instance if it has none; returns whether it did. Of several at once, the first to
 * commit wins and the others wait for it here.
 */
export async function claimInstance(tx: AuthTx, userId: string, now: Date): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("instance")
    .values({ only: true, owner_user_id: userId, create_time: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
