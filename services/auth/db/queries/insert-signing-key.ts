import type { AuthSchema, AuthTx } from "../schema.ts";

/** Adds a signing key, unless there is one of its generation: then that one stands. */
export async function insertSigningKey(tx: AuthTx, key: AuthSchema["signing_keys"]): Promise<void> {
  await tx
    .insertInto("signing_keys")
    .values(key)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
