import type { AuthTx } from "../schema.ts";

/** Ends a sign-in: none of its tokens is good any more. */
export async function revokeSignIn(tx: AuthTx, signInId: string, now: Date): Promise<void> {
  await tx
    .updateTable("sign_ins")
    .set({ revoke_time: now })
    .where("sign_in_id", "=", signInId)
    .where("revoke_time", "is", null)
    .execute();
}
