import type { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { AuthTx } from "../schema.ts";

/** Uses an invitation up, and returns its role; undefined when it is used, ended or for another address. */
export async function acceptInvitation(
  tx: AuthTx,
  invitationId: string,
  email: string,
  now: Date,
): Promise<Role | undefined> {
  const row = await tx
    .updateTable("invitations")
    .set({ accept_time: now })
    .where("invitation_id", "=", invitationId)
    .where("email", "=", email)
    .where("accept_time", "is", null)
    .where("expire_time", ">", now)
    .returning("role")
    .executeTakeFirst();
  return row?.role;
}
