import type { AuthTx } from "../schema.ts";

/** An account's password hash, which nobody replaces until the transaction ends. */
export async function lockPasswordHash(tx: AuthTx, userId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom("accounts")
    .select("password_hash")
    .where("user_id", "=", userId)
    .forShare()
    .executeTakeFirst();
  return row?.password_hash;
}
