import type { AuthTx } from "../schema.ts";

/** Whether the instance has an owner: whether anybody has registered yet. */
export async function hasOwner(tx: AuthTx): Promise<boolean> {
  return (await tx.selectFrom("instance").select("only").executeTakeFirst()) !== undefined;
}
