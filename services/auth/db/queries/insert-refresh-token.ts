import type { AuthTx } from "../schema.ts";

/** Adds a refresh token that was not used yet. */
export async function insertRefreshToken(tx: AuthTx, tokenHash: Buffer, signInId: string, expireTime: Date) {
  await tx
    .insertInto("refresh_tokens")
    .values({ token_hash: tokenHash, sign_in_id: signInId, expire_time: expireTime, use_time: null })
    .execute();
}
