import type { AuthTx } from "../schema.ts";

/** How many pairings are under way. */
export async function countPairings(tx: AuthTx, now: Date): Promise<number> {
  const { count } = await tx
    .selectFrom("pairings")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("expire_time", ">", now)
    .executeTakeFirstOrThrow();
  return count;
}
