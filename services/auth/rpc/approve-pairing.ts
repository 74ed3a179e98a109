import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { storableName } from "../accounts/name.ts";
import { toDevice } from "../accounts/profile.ts";
import type { AuthContext } from "../context.ts";
import { letDeviceIn } from "../pairing/let-device-in.ts";
import { readUserCode } from "../pairing/user-code.ts";
import { keyedHash } from "../tokens/hash.ts";

type Rpc = ServiceImpl<typeof DeviceService>["approvePairing"];

/** Lets in the device that shows a code, as a device of the caller. */
export function approvePairing({ db, now, userCodeKey }: AuthContext): Rpc {
  return async (request, call) => {
    const approval = {
      caller: userOf(call),
      userCodeHash: keyedHash(userCodeKey, readUserCode(request.userCode)),
      displayName: storableName("display_name", request.displayName),
      nowMs: now(),
    };
    const outcome = await db.inWorkspace(approval.caller.workspaceId, (tx) => letDeviceIn(tx, approval));
    if ("device" in outcome) return { device: toDevice(outcome.device) };
    throw refusal(outcome.refused, { retryAfterMs: outcome.retryAfterMs });
  };
}
