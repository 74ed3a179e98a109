import type { AuthTx } from "../schema.ts";

/** Replaces an account's password; returns the user's id, or undefined when no account has this address. */
export async function setPassword(tx: AuthTx, email: string, passwordHash: string): Promise<string | undefined> {
  const row = await tx
    .updateTable("accounts")
    .set({ password_hash: passwordHash })
    .where("email", "=", email)
    .returning("user_id")
    .executeTakeFirst();
  return row?.user_id;
}
