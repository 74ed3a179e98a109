import type { AuthTx, DeviceTable, PairingTable } from "../schema.ts";

/** Lets a pairing's device in. */
export async function approvePairing(tx: AuthTx, pairing: PairingTable, device: DeviceTable): Promise<void> {
  await tx
    .updateTable("pairings")
    .set({ workspace_id: device.workspace_id, user_id: device.user_id, device_id: device.device_id })
    .where("device_code_hash", "=", pairing.device_code_hash)
    .execute();
}
