import type { AuthTx } from "../schema.ts";

/** Ends the pairings that a user has approved and whose devices have no tokens yet. */
export async function deletePairingsOfUser(tx: AuthTx, userId: string): Promise<void> {
  await tx.deleteFrom("pairings").where("user_id", "=", userId).execute();
}
