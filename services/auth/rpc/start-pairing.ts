import type { ServiceImpl } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { newSecret } from "@gigtrail/platform/ids";
import type { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { storableName } from "../accounts/name.ts";
import type { AuthContext } from "../context.ts";
import { countPairings } from "../db/queries/count-pairings.ts";
import { insertPairing } from "../db/queries/insert-pairing.ts";
import { MAX_PAIRINGS, PAIRING_S, POLL_INTERVAL_S } from "../pairing/limits.ts";
import { newUserCode, showUserCode } from "../pairing/user-code.ts";
import { hashSecret, keyedHash } from "../tokens/hash.ts";

type Rpc = ServiceImpl<typeof DeviceService>["startPairing"];

/** When a device that was turned away may come back, in milliseconds. */
const COME_BACK_MS = 60_000;
/** The path of the page where a person enters the code. */
const VERIFICATION_PATH = "/pair";

/** Starts a pairing: two codes for the device, one to keep and one to show. */
export function startPairing(context: AuthContext): Rpc {
  const verificationUri = context.config.PUBLIC_URL.replace(/\/+$/, "") + VERIFICATION_PATH;
  return async (request) => {
    const deviceCode = newSecret();
    const userCode = await storePairing(context, deviceCode, storableName("client_name", request.clientName));
    return {
      deviceCode,
      userCode: showUserCode(userCode),
      verificationUri,
      expiresInSeconds: PAIRING_S,
      intervalSeconds: POLL_INTERVAL_S,
    };
  };
}

/** Stores a pairing under a user code that no other has, and gives that code. */
function storePairing({ db, now, userCodeKey }: AuthContext, deviceCode: string, clientName: string): Promise<string> {
  const nowMs = now();
  return db.asSystem(async (tx) => {
    if ((await countPairings(tx, new Date(nowMs))) >= MAX_PAIRINGS) {
      throw refusal("server_busy", { retryAfterMs: COME_BACK_MS });
    }
    for (;;) {
      const userCode = newUserCode();
      const isStored = await insertPairing(tx, {
        device_code_hash: hashSecret(deviceCode),
        user_code_hash: keyedHash(userCodeKey, userCode),
        client_name: clientName,
        expire_time: new Date(nowMs + PAIRING_S * 1000),
        interval_seconds: POLL_INTERVAL_S,
      });
      if (isStored) return userCode;
    }
  });
}
