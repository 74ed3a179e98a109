import type { AuthTx, InvitationTable } from "../schema.ts";

/** An invitation of the transaction's workspace. */
export function findInvitation(tx: AuthTx, invitationId: string): Promise<InvitationTable | undefined> {
  return tx.selectFrom("invitations").selectAll().where("invitation_id", "=", invitationId).executeTakeFirst();
}
