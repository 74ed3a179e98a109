import type { AuthTx } from "../schema.ts";

/** Notes that a refresh token was exchanged. */
export async function markRefreshTokenUsed(tx: AuthTx, tokenHash: Buffer, now: Date): Promise<void> {
  await tx.updateTable("refresh_tokens").set({ use_time: now }).where("token_hash", "=", tokenHash).execute();
}
