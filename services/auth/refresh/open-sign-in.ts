import { newId, newSecret } from "@gigtrail/platform/ids";
import type { Subject } from "../accounts/profile.ts";
import { insertRefreshToken } from "../db/queries/insert-refresh-token.ts";
import { insertSignIn } from "../db/queries/insert-sign-in.ts";
import type { AuthTx } from "../db/schema.ts";
import { hashSecret } from "../tokens/hash.ts";
import { refreshExpiry, type RefreshToken, SIGN_IN_MS } from "./refresh-token.ts";

/** Begins a sign-in, in a system transaction, and gives the first of its refresh tokens. */
export async function openSignIn(tx: AuthTx, subject: Subject, nowMs: number): Promise<RefreshToken> {
  const token = newSecret();
  const signIn = {
    sign_in_id: newId(),
    user_id: subject.userId,
    workspace_id: subject.workspaceId,
    device_id: subject.deviceId ?? null,
    create_time: new Date(nowMs),
    end_time: new Date(nowMs + SIGN_IN_MS),
    revoke_time: null,
  };
  const expireTime = refreshExpiry(signIn, nowMs);
  await insertSignIn(tx, signIn);
  await insertRefreshToken(tx, hashSecret(token), signIn.sign_in_id, expireTime);
  return { token, expireTime };
}
