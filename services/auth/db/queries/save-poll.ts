import type { AuthTx } from "../schema.ts";

/** Notes when a device asked, and how long it must wait between two calls from now on. */
export async function savePoll(tx: AuthTx, deviceCodeHash: Buffer, pollTime: Date, intervalSeconds: number) {
  await tx
    .updateTable("pairings")
    .set({ poll_time: pollTime, interval_seconds: intervalSeconds })
    .where("device_code_hash", "=", deviceCodeHash)
    .execute();
}
