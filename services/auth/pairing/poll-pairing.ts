import type { Subject } from "../accounts/profile.ts";
import { deletePairing } from "../db/queries/delete-pairing.ts";
import { lockPairingByDeviceCode } from "../db/queries/lock-pairing-by-device-code.ts";
import { savePoll } from "../db/queries/save-poll.ts";
import type { AuthTx, PairingTable } from "../db/schema.ts";
import { openSignIn } from "../refresh/open-sign-in.ts";
import type { RefreshToken } from "../refresh/refresh-token.ts";
import { POLL_INTERVAL_S } from "./limits.ts";

/** What a device that asks is told. */
export type Poll =
  | { outcome: "done"; subject: Subject; refresh: RefreshToken }
  | {
      outcome: "refused";
      reason: "expired_token" | "slow_down" | "authorization_pending";
      retryAfterMs?: number;
    };

/**
 * Answers a device's question (RFC 8628 §3.4), in a system transaction. Commit whatever the outcome: when it asked is
 * written down by it.
 *
 *   pending ──approved──► approved ──asked──► done, the code is gone
 *      └─ asked sooner than the interval: slow_down, the interval grows by 5 s (approved or not)
 */
export async function pollPairing(tx: AuthTx, deviceCodeHash: Buffer, nowMs: number): Promise<Poll> {
  const pairing = await lockPairingByDeviceCode(tx, deviceCodeHash, new Date(nowMs));
  if (pairing === undefined) return { outcome: "refused", reason: "expired_token" };
  const tooSoon = pairing.poll_time !== null && nowMs - pairing.poll_time.getTime() < pairing.interval_seconds * 1000;
  const subject = subjectOf(pairing);
  if (tooSoon || subject === undefined) {
    const intervalSeconds = pairing.interval_seconds + (tooSoon ? POLL_INTERVAL_S : 0);
    await savePoll(tx, deviceCodeHash, new Date(nowMs), intervalSeconds);
    const reason = tooSoon ? "slow_down" : "authorization_pending";
    return { outcome: "refused", reason, retryAfterMs: intervalSeconds * 1000 };
  }
  await deletePairing(tx, deviceCodeHash);
  return { outcome: "done", subject, refresh: await openSignIn(tx, subject, nowMs) };
}

/** Whom the pairing was approved by; undefined while nobody has. */
function subjectOf({ user_id, workspace_id, device_id }: PairingTable): Subject | undefined {
  if (user_id === null || workspace_id === null || device_id === null) return undefined;
  return { userId: user_id, workspaceId: workspace_id, deviceId: device_id };
}
