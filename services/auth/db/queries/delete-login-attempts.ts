import type { AuthTx } from "../schema.ts";

/** Forgets the attempts on an address. */
export async function deleteLoginAttempts(tx: AuthTx, addressHash: Buffer): Promise<void> {
  await tx.deleteFrom("login_attempts").where("address_hash", "=", addressHash).execute();
}
