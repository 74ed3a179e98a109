import type { AuthTx } from "../schema.ts";

/** Deletes the ended invitations of the transaction's workspace: they hold addresses of people. */
export async function deleteEndedInvitations(tx: AuthTx, workspaceId: string, now: Date): Promise<void> {
  await tx.deleteFrom("invitations").where("expire_time", "<=", now).execute();
  await tx
    .deleteFrom("invitation_codes")
    .where("workspace_id", "=", workspaceId)
    .where("expire_time", "<=", now)
    .execute();
}
