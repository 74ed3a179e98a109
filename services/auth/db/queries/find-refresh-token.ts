import type { AuthSchema, AuthTx } from "../schema.ts";

/** A refresh token by its hash. */
export function findRefreshToken(tx: AuthTx, tokenHash: Buffer): Promise<AuthSchema["refresh_tokens"] | undefined> {
  return tx.selectFrom("refresh_tokens").selectAll().where("token_hash", "=", tokenHash).executeTakeFirst();
}
