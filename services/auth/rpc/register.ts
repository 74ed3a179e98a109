import type { ServiceImpl } from "@connectrpc/connect";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { findAdmission } from "../accounts/admission.ts";
import { createAccount } from "../accounts/create-account.ts";
import { normalizeEmail } from "../accounts/email.ts";
import { storableName } from "../accounts/name.ts";
import { loadProfile, type Subject, toUser, toWorkspace } from "../accounts/profile.ts";
import type { AuthContext } from "../context.ts";
import { assertStrongPassword } from "../passwords/strength.ts";
import { openSignIn } from "../refresh/open-sign-in.ts";
import { findDone, requestKey } from "../requests/request-key.ts";
import { makeTokenSet } from "../tokens/token-set.ts";

type Rpc = ServiceImpl<typeof AuthService>["register"];

/** Makes an account and signs it in. */
export function register(context: AuthContext): Rpc {
  return async (request) => {
    const email = normalizeEmail(request.email);
    const displayName = storableName("display_name", request.displayName);
    const workspaceName = storableName("workspace_name", request.workspaceName) || displayName;
    const key = requestKey("register", request.requestId, [email, displayName, workspaceName]);
    if (await findDone(context, key)) return answerAgain(context, key);
    assertStrongPassword(request.password, email);
    const admission = await findAdmission(context, request.invitationCode);
    const passwordHash = await context.passwords.hash(request.password);
    const subject = await createAccount(context, admission, { email, displayName, passwordHash, workspaceName }, key);
    return subject === undefined ? answerAgain(context, key) : answer(context, subject);
  };
}

async function answer(context: AuthContext, subject: Subject) {
  const profile = await loadProfile(context, subject);
  if (profile === undefined) throw new Error("the account that was just made is gone");
  const refresh = await context.db.asSystem((tx) => openSignIn(tx, subject, context.now()));
  const tokens = await makeTokenSet(context, profile, refresh);
  return { user: toUser(profile), workspace: toWorkspace(profile), tokens };
}

/** The answer to a request that was carried out before: what was made, and nothing that lets anybody in. */
async function answerAgain(context: AuthContext, key: ReturnType<typeof requestKey>) {
  const done = await findDone(context, key);
  if (done === undefined) throw new Error("the request that was found done is not");
  const subject = { userId: done.subject_id, workspaceId: done.workspace_id, deviceId: undefined };
  const profile = await loadProfile(context, subject);
  return { alreadyDone: true, ...(profile && { user: toUser(profile), workspace: toWorkspace(profile) }) };
}
