import type { AuthSchema, AuthTx } from "../schema.ts";

/** The attempts on an address, held until the transaction ends, so that parallel guesses are counted one by one. */
export async function lockLoginAttempts(
  tx: AuthTx,
  none: AuthSchema["login_attempts"],
): Promise<AuthSchema["login_attempts"]> {
  await tx
    .insertInto("login_attempts")
    .values(none)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return tx
    .selectFrom("login_attempts")
    .selectAll()
    .where("address_hash", "=", none.address_hash)
    .forUpdate()
    .executeTakeFirstOrThrow();
}
