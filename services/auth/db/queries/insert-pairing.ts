import type { AuthTx, PairingTable } from "../schema.ts";

/** Adds a pairing; false when another one has its user code. */
export async function insertPairing(
  tx: AuthTx,
  pairing: Pick<
    PairingTable,
    "device_code_hash" | "user_code_hash" | "client_name" | "expire_time" | "interval_seconds"
  >,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("pairings")
    .values({ ...pairing, poll_time: null, workspace_id: null, user_id: null, device_id: null })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
