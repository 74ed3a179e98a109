import type { AuthTx } from "../schema.ts";

/** When a user entered wrong codes, held until the transaction ends, so that parallel guesses are counted one by one. */
export async function lockWrongUserCodes(tx: AuthTx, userId: string): Promise<Date[]> {
  await tx
    .insertInto("wrong_user_codes")
    .values({ user_id: userId, wrong_times: [] })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tx
    .selectFrom("wrong_user_codes")
    .select("wrong_times")
    .where("user_id", "=", userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row.wrong_times;
}
