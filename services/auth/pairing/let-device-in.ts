import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { approvePairing } from "../db/queries/approve-pairing.ts";
import { findDevice } from "../db/queries/find-device.ts";
import { findMembership } from "../db/queries/find-membership.ts";
import { insertDevice } from "../db/queries/insert-device.ts";
import { lockPairingByUserCode } from "../db/queries/lock-pairing-by-user-code.ts";
import { lockWrongUserCodes } from "../db/queries/lock-wrong-user-codes.ts";
import { saveWrongUserCodes } from "../db/queries/save-wrong-user-codes.ts";
import type { AuthTx, DeviceTable, PairingTable } from "../db/schema.ts";
import { MAX_WRONG_CODES, WRONG_CODES_MS } from "./limits.ts";

/** A person's approval of the device that shows a code. */
export interface Approval {
  readonly caller: { readonly userId: string; readonly workspaceId: string };
  readonly userCodeHash: Buffer;
  /** Empty: what the device calls itself. */
  readonly displayName: string;
  readonly nowMs: number;
}

/** The device, or why there is none. */
export type ApprovalOutcome =
  | { device: DeviceTable }
  | { refused: "permission_denied" | "too_many_attempts" | "user_code_unknown"; retryAfterMs?: number };

/**
 * Carries an approval out, in a transaction of the caller's workspace. Commit whatever the outcome: a wrong code is
 * counted by it. The same person may approve the same code again and gets the same device, until it has its tokens.
 */
export async function letDeviceIn(tx: AuthTx, approval: Approval): Promise<ApprovalOutcome> {
  const { caller, nowMs } = approval;
  const membership = await findMembership(tx, caller.userId);
  if ((membership?.role ?? Role.UNSPECIFIED) < Role.MEMBER) return { refused: "permission_denied" };

  const wrongTimes = (await lockWrongUserCodes(tx, caller.userId)).filter(
    (time) => time.getTime() > nowMs - WRONG_CODES_MS,
  );
  const [oldest] = wrongTimes;
  if (oldest !== undefined && wrongTimes.length >= MAX_WRONG_CODES) {
    return { refused: "too_many_attempts", retryAfterMs: oldest.getTime() + WRONG_CODES_MS - nowMs };
  }

  const pairing = await lockPairingByUserCode(tx, approval.userCodeHash, new Date(nowMs));
  const device = pairing && (await deviceOf(tx, pairing, approval));
  if (device !== undefined) return { device };
  await saveWrongUserCodes(tx, caller.userId, [...wrongTimes, new Date(nowMs)]);
  return { refused: "user_code_unknown" };
}

/** The device that the approval makes, or made before; undefined when somebody else has approved the code. */
async function deviceOf(tx: AuthTx, pairing: PairingTable, approval: Approval): Promise<DeviceTable | undefined> {
  const { workspaceId, userId } = approval.caller;
  if (pairing.device_id !== null) {
    return pairing.user_id === userId && pairing.workspace_id === workspaceId
      ? findDevice(tx, pairing.device_id)
      : undefined;
  }
  const device = {
    workspace_id: workspaceId,
    device_id: newId(),
    user_id: userId,
    display_name: approval.displayName || pairing.client_name,
    create_time: new Date(approval.nowMs),
  };
  await insertDevice(tx, device);
  await approvePairing(tx, pairing, device);
  return device;
}
