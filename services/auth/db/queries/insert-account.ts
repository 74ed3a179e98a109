import type { AccountTable, AuthTx } from "../schema.ts";

/** Adds an account; false when its address has one. */
export async function insertAccount(tx: AuthTx, account: AccountTable): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("accounts")
    .values(account)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
