import type { AuthTx, PairingTable } from "../schema.ts";

/** The pairing under way with this user code, held until the transaction ends. */
export function lockPairingByUserCode(tx: AuthTx, userCodeHash: Buffer, now: Date): Promise<PairingTable | undefined> {
  return tx
    .selectFrom("pairings")
    .selectAll()
    .where("user_code_hash", "=", userCodeHash)
    .where("expire_time", ">", now)
    .forUpdate()
    .executeTakeFirst();
}
