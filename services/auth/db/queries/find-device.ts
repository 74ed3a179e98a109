import type { AuthTx, DeviceTable } from "../schema.ts";

/** A device of the transaction's workspace. */
export function findDevice(tx: AuthTx, deviceId: string): Promise<DeviceTable | undefined> {
  return tx.selectFrom("devices").selectAll().where("device_id", "=", deviceId).executeTakeFirst();
}
