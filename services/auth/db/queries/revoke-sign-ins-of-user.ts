import type { AuthTx } from "../schema.ts";

/** Ends all sign-ins of a user, their devices' included. */
export async function revokeSignInsOfUser(tx: AuthTx, userId: string, now: Date): Promise<void> {
  await tx
    .updateTable("sign_ins")
    .set({ revoke_time: now })
    .where("user_id", "=", userId)
    .where("revoke_time", "is", null)
    .execute();
}
