import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { normalizeEmail } from "../accounts/email.ts";
import { loadProfile, ownSubject, toUser, toWorkspace } from "../accounts/profile.ts";
import type { AuthContext } from "../context.ts";
import { findAccountByEmail } from "../db/queries/find-account-by-email.ts";
import { lockPasswordHash } from "../db/queries/lock-password-hash.ts";
import { openSignIn } from "../refresh/open-sign-in.ts";
import { admitAttempt, forgetAttempts, takeBackAttempt } from "../throttle/admit-attempt.ts";
import { makeTokenSet } from "../tokens/token-set.ts";

type Rpc = ServiceImpl<typeof AuthService>["login"];

/** Signs a person in. An address without an account goes the whole way, up to the answer. */
export function login(context: AuthContext): Rpc {
  return async (request) => {
    const email = normalizeEmail(request.email);
    await admitAttempt(context, email);
    const account = await context.db.asSystem((tx) => findAccountByEmail(tx, email));
    const matches = await verify(context, email, request.password, account?.password_hash);
    if (account === undefined || !matches) throw refusal("credentials_wrong");
    const profile = await loadProfile(context, ownSubject(account));
    if (profile === undefined) throw refusal("credentials_wrong");
    const refresh = await context.db.asSystem(async (tx) => {
      // A password that was reset while this one was verified must not let anybody in.
      if ((await lockPasswordHash(tx, account.user_id)) !== account.password_hash) throw refusal("credentials_wrong");
      await forgetAttempts(tx, email);
      return openSignIn(tx, profile.subject, context.now());
    });
    const tokens = await makeTokenSet(context, profile, refresh);
    return { user: toUser(profile), workspace: toWorkspace(profile), tokens };
  };
}

async function verify(context: AuthContext, email: string, password: string, hash: string | undefined) {
  try {
    return await context.passwords.verify(password, hash);
  } catch (error) {
    await takeBackAttempt(context, email);
    throw error;
  }
}
