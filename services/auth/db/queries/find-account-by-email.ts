import type { AccountTable, AuthTx } from "../schema.ts";

/** The account with this address (as normalizeEmail writes it). */
export function findAccountByEmail(tx: AuthTx, email: string): Promise<AccountTable | undefined> {
  return tx.selectFrom("accounts").selectAll().where("email", "=", email).executeTakeFirst();
}
