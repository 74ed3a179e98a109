import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import type { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { loadProfile, toDevice, toUser, toWorkspace } from "../accounts/profile.ts";
import type { AuthContext } from "../context.ts";
import { pollPairing } from "../pairing/poll-pairing.ts";
import { hashSecret } from "../tokens/hash.ts";
import { makeTokenSet } from "../tokens/token-set.ts";

type Rpc = ServiceImpl<typeof DeviceService>["completePairing"];

/** Gives a device its sign-in once a person has let it in. */
export function completePairing(context: AuthContext): Rpc {
  const { db, now } = context;
  return async ({ deviceCode }) => {
    const poll = await db.asSystem((tx) => pollPairing(tx, hashSecret(deviceCode), now()));
    if (poll.outcome === "refused") throw refusal(poll.reason, { retryAfterMs: poll.retryAfterMs });
    const profile = await loadProfile(context, poll.subject);
    if (profile?.device === undefined) throw refusal("expired_token");
    return {
      device: toDevice(profile.device),
      tokens: await makeTokenSet(context, profile, poll.refresh),
      user: toUser(profile),
      workspace: toWorkspace(profile),
    };
  };
}
