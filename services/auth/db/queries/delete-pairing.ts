import type { AuthTx } from "../schema.ts";

/** Ends a pairing: its codes are good for nothing any more. */
export async function deletePairing(tx: AuthTx, deviceCodeHash: Buffer): Promise<void> {
  await tx.deleteFrom("pairings").where("device_code_hash", "=", deviceCodeHash).execute();
}
