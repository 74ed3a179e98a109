import type { AuthTx, DeviceTable } from "../schema.ts";

/** Adds a device to the transaction's workspace. */
export async function insertDevice(tx: AuthTx, device: DeviceTable): Promise<void> {
  await tx.insertInto("devices").values(device).execute();
}
