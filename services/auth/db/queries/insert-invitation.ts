import type { AuthTx, InvitationTable } from "../schema.ts";

/** Adds an invitation to the transaction's workspace, to be found by its code's hash. */
export async function insertInvitation(tx: AuthTx, invitation: InvitationTable, codeHash: Buffer): Promise<void> {
  await tx.insertInto("invitations").values(invitation).execute();
  const { workspace_id, invitation_id, expire_time } = invitation;
  await tx
    .insertInto("invitation_codes")
    .values({ code_hash: codeHash, workspace_id, invitation_id, expire_time })
    .execute();
}
