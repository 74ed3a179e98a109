import type { AuthSchema, AuthTx } from "../schema.ts";

/** Writes what lockLoginAttempts gave back changed. */
export async function saveLoginAttempts(tx: AuthTx, attempts: AuthSchema["login_attempts"]): Promise<void> {
  const { address_hash, ...changed } = attempts;
  await tx.updateTable("login_attempts").set(changed).where("address_hash", "=", address_hash).execute();
}
