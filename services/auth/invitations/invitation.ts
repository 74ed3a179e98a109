import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { InvitationSchema } from "@gigtrail/proto/gen/gigtrail/auth/v1/account_pb";
import type { InvitationTable } from "../db/schema.ts";

/** How long an invitation is good, in milliseconds. */
export const INVITATION_MS = 7 * 24 * 60 * 60_000;

/** An invitation, as the contract shows it. */
export function toInvitation(invitation: InvitationTable): MessageInitShape<typeof InvitationSchema> {
  return {
    invitationId: invitation.invitation_id,
    email: invitation.email,
    role: invitation.role,
    expireTime: timestampFromDate(invitation.expire_time),
  };
}
