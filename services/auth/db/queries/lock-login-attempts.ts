import type { AuthSchema, AuthTx } from "../schema.ts";

/**
 * The attempts on an address, held until the transaction ends, so that parallel guesses are counted one by one.
 * `none` is what is written and given back when there were none. (An update that changes nothing locks the row and
 * returns it in the same statement; between an insert and a select it could be deleted.)
 */
export function lockLoginAttempts(
  tx: AuthTx,
  none: AuthSchema["login_attempts"],
): Promise<AuthSchema["login_attempts"]> {
  return tx
    .insertInto("login_attempts")
    .values(none)
    .onConflict((conflict) =>
      conflict.column("address_hash").doUpdateSet((row) => ({ failures: row.ref("login_attempts.failures") })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}
