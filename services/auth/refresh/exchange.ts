import type { Subject } from "../accounts/profile.ts";
import { findRefreshToken } from "../db/queries/find-refresh-token.ts";
import { insertRefreshToken } from "../db/queries/insert-refresh-token.ts";
import { lockSignInOfToken } from "../db/queries/lock-sign-in-of-token.ts";
import { markRefreshTokenUsed } from "../db/queries/mark-refresh-token-used.ts";
import { revokeSignIn } from "../db/queries/revoke-sign-in.ts";
import type { AuthTx, SignInTable } from "../db/schema.ts";
import { hashSecret } from "../tokens/hash.ts";
import { refreshExpiry, type RefreshToken, REPEAT_MS, successorOf } from "./refresh-token.ts";

/** What became of a refresh token that was presented. */
export type Exchange =
  | { outcome: "exchanged"; refresh: RefreshToken; subject: Subject }
  | { outcome: "reused"; workspaceId: string }
  | { outcome: "invalid" };

/**
 * Exchanges a refresh token for the one that follows it, in a system transaction (RFC 9700 §4.14.2).
 *
 *   unused ──presented──► used ──again within REPEAT_MS, successor unused──► the same successor
 *                          └────again otherwise──► reused: the whole sign-in is ended
 *
 * The caller must commit when the outcome is a refusal, too: ending the sign-in is part of it.
 */
export async function exchangeRefreshToken(
  tx: AuthTx,
  refreshKey: Uint8Array,
  token: string,
  nowMs: number,
): Promise<Exchange> {
  const hash = hashSecret(token);
  const signIn = await lockSignInOfToken(tx, hash);
  const presented = await findRefreshToken(tx, hash);
  if (signIn === undefined || presented === undefined) return { outcome: "invalid" };
  const successor = successorOf(refreshKey, token);
  const successorHash = hashSecret(successor);

  if (presented.use_time !== null) {
    const next = await findRefreshToken(tx, successorHash);
    const repeatable = nowMs - presented.use_time.getTime() <= REPEAT_MS && next?.use_time === null;
    if (!repeatable) {
      await revokeSignIn(tx, signIn.sign_in_id, new Date(nowMs));
      return { outcome: "reused", workspaceId: signIn.workspace_id };
    }
    if (signIn.revoke_time !== null) return { outcome: "invalid" };
    return { outcome: "exchanged", refresh: { token: successor, expireTime: next.expire_time }, subject: of(signIn) };
  }

  if (signIn.revoke_time !== null || presented.expire_time.getTime() <= nowMs) return { outcome: "invalid" };
  const expireTime = refreshExpiry(signIn, nowMs);
  await markRefreshTokenUsed(tx, hash, new Date(nowMs));
  await insertRefreshToken(tx, successorHash, signIn.sign_in_id, expireTime);
  return { outcome: "exchanged", refresh: { token: successor, expireTime }, subject: of(signIn) };
}

function of(signIn: SignInTable): Subject {
  return { userId: signIn.user_id, workspaceId: signIn.workspace_id, deviceId: signIn.device_id ?? undefined };
}
