import type { AuthTx, PairingTable } from "../schema.ts";

/** The pairing under way with this device code, held until the transaction ends. */
export function lockPairingByDeviceCode(
  tx: AuthTx,
  deviceCodeHash: Buffer,
  now: Date,
): Promise<PairingTable | undefined> {
  return tx
    .selectFrom("pairings")
    .selectAll()
    .where("device_code_hash", "=", deviceCodeHash)
    .where("expire_time", ">", now)
    .forUpdate()
    .executeTakeFirst();
}
