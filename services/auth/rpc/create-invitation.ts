import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { newId, newSecret } from "@gigtrail/platform/ids";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { normalizeEmail } from "../accounts/email.ts";
import type { AuthContext } from "../context.ts";
import { findInvitation } from "../db/queries/find-invitation.ts";
import { findMembership } from "../db/queries/find-membership.ts";
import { insertInvitation } from "../db/queries/insert-invitation.ts";
import type { AuthTx } from "../db/schema.ts";
import { INVITATION_MS, toInvitation } from "../invitations/invitation.ts";
import { findDone, noteDone, requestKey } from "../requests/request-key.ts";
import { hashSecret } from "../tokens/hash.ts";

type Rpc = ServiceImpl<typeof AuthService>["createInvitation"];

/** Invites a person to the caller's workspace. */
export function createInvitation(context: AuthContext): Rpc {
  const { db, now } = context;
  return async (request, call) => {
    const { userId, workspaceId } = userOf(call);
    const email = normalizeEmail(request.email);
    const key = requestKey(`invitation/${userId}`, request.requestId, [email, request.role]);
    if (await findDone(context, key)) return answerAgain(context, key, workspaceId);
    const code = newSecret();
    const invitation = {
      workspace_id: workspaceId,
      invitation_id: newId(),
      email,
      role: request.role,
      inviter_user_id: userId,
      create_time: new Date(now()),
      expire_time: new Date(now() + INVITATION_MS),
      accept_time: null,
    };
    const created = await db.inWorkspace(workspaceId, async (tx) => {
      await assertMayGrant(tx, userId, request.role);
      if (!(await noteDone(tx, key, workspaceId, invitation.invitation_id, now()))) return false;
      await insertInvitation(tx, invitation, hashSecret(code));
      return true;
    });
    if (!created) return answerAgain(context, key, workspaceId);
    return { invitation: toInvitation(invitation), invitationCode: code };
  };
}

/** The role of this moment counts, not the one that the token was made with. */
async function assertMayGrant(tx: AuthTx, userId: string, role: Role): Promise<void> {
  const own = (await findMembership(tx, userId))?.role ?? Role.UNSPECIFIED;
  if (own < Role.ADMIN) throw refusal("permission_denied");
  if (role > own) throw refusal("role_too_high");
}

/** The answer to a request that was carried out before: the invitation without its code. */
async function answerAgain(context: AuthContext, key: ReturnType<typeof requestKey>, workspaceId: string) {
  const done = await findDone(context, key);
  if (done === undefined) throw new Error("the request that was found done is not");
  const known = await context.db.inWorkspace(workspaceId, (tx) => findInvitation(tx, done.subject_id));
  return { alreadyDone: true, ...(known && { invitation: toInvitation(known) }) };
}
