import type { AuthSchema, AuthTx } from "../schema.ts";

/** All signing keys, the newest first. */
export function listSigningKeys(tx: AuthTx): Promise<AuthSchema["signing_keys"][]> {
  return tx.selectFrom("signing_keys").selectAll().orderBy("generation", "desc").execute();
}
