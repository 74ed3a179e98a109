import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { newId, newSecret } from "@gigtrail/platform/ids";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { PlainError } from "@gigtrail/platform/plain-error";
import { reasonOf } from "@gigtrail/platform/errors";

/** The demo's freelancer, signed in, with a paired extension. */
export interface DemoAccount {
  readonly email: string;
  readonly password: string;
  /** The person's own access token. */
  readonly userToken: string;
  /** The paired device's access token. */
  readonly deviceToken: string;
}

/** Signs a person up and pairs a device by its code, both through the public API. */
export async function signUpAndPair(url: string): Promise<DemoAccount> {
  const transport = createConnectTransport({ baseUrl: url, httpVersion: "1.1" });
  const auth = createClient(AuthService, transport);
  const devices = createClient(DeviceService, transport);
  const email = "sam@example.com";
  const password = newSecret();
  const { tokens } = await auth
    .register({ email, password, displayName: "Sam Freelancer", requestId: newId() })
    .catch(alreadyUsed);
  const userToken = tokens?.accessToken ?? "";
  const asUser = { headers: { authorization: `Bearer ${userToken}` } };
  const pairing = await devices.startPairing({ clientName: "Gigtrail demo" });
  await devices.approvePairing({ userCode: pairing.userCode, displayName: "Demo browser" }, asUser);
  const paired = await devices.completePairing({ deviceCode: pairing.deviceCode });
  return { email, password, userToken, deviceToken: paired.tokens?.accessToken ?? "" };
}

/** A folder of an earlier demo has its account already, whose password nobody knows any more. */
function alreadyUsed(error: unknown): never {
  const reason = reasonOf(error);
  if (reason === "email_taken" || reason === "registration_closed") {
    throw new PlainError(
      "This data folder has accounts already. Give the demo a new folder, or use `bun run start --data DIR` with this one.",
    );
  }
  throw error;
}
