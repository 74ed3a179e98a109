import type { AuthTx, SignInTable } from "../schema.ts";

/**
 * The sign-in that a refresh token belongs to, held until the transaction ends: two exchanges in one sign-in happen
 * one after the other. The token itself must be read after this, in a statement of its own, to be seen as the other
 * exchange left it.
 */
export function lockSignInOfToken(tx: AuthTx, tokenHash: Buffer): Promise<SignInTable | undefined> {
  return tx
    .selectFrom("sign_ins")
    .selectAll()
    .where("sign_in_id", "=", (token) =>
      token.selectFrom("refresh_tokens").select("sign_in_id").where("token_hash", "=", tokenHash),
    )
    .forUpdate()
    .executeTakeFirst();
}
