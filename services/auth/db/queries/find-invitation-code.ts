import type { AuthTx } from "../schema.ts";

/** Which invitation a code is for. */
export interface InvitationKey {
  workspace_id: string;
  invitation_id: string;
}

/** The invitation of a code that has not ended. */
export function findInvitationCode(tx: AuthTx, codeHash: Buffer, now: Date): Promise<InvitationKey | undefined> {
  return tx
    .selectFrom("invitation_codes")
    .select(["workspace_id", "invitation_id"])
    .where("code_hash", "=", codeHash)
    .where("expire_time", ">", now)
    .executeTakeFirst();
}
