import type { AccountTable, AuthTx } from "../schema.ts";

/** The account with this id. */
export function findAccount(tx: AuthTx, userId: string): Promise<AccountTable | undefined> {
  return tx.selectFrom("accounts").selectAll().where("user_id", "=", userId).executeTakeFirst();
}
