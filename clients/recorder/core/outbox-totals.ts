import type { OutboxTransaction } from "./outbox-store.ts";

const KEY = ["all"] as const;

/** Bytes of payloads that the outbox holds, parked ones included. */
export async function totalBytes(tx: OutboxTransaction): Promise<number> {
  return (await tx.get("totals", KEY))?.bytes ?? 0;
}

/** Counts bytes that come to lie in the outbox, or with a negative number those that leave it. */
export async function addBytes(tx: OutboxTransaction, bytes: number): Promise<void> {
  if (bytes !== 0) await tx.put("totals", KEY, { bytes: (await totalBytes(tx)) + bytes });
}
