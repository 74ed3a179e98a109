import type { AuthTx } from "../schema.ts";

/** When a user entered wrong codes, held until the transaction ends, so that parallel guesses are counted one by one. */
export async function lockWrongUserCodes(tx: AuthTx, userId: string): Promise<Date[]> {
  const row = await tx
    .insertInto("wrong_user_codes")
    .values({ user_id: userId, wrong_times: [] })
    .onConflict((conflict) =>
      conflict.column("user_id").doUpdateSet((known) => ({ wrong_times: known.ref("wrong_user_codes.wrong_times") })),
    )
    .returning("wrong_times")
    .executeTakeFirstOrThrow();
  return row.wrong_times;
}
