import type { ServiceImpl } from "@connectrpc/connect";
import type { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import type { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import type { AuthContext } from "./context.ts";
import { approvePairing } from "./rpc/approve-pairing.ts";
import { completePairing } from "./rpc/complete-pairing.ts";
import { createInvitation } from "./rpc/create-invitation.ts";
import { getJwks } from "./rpc/get-jwks.ts";
import { getMe } from "./rpc/get-me.ts";
import { issueServiceToken } from "./rpc/issue-service-token.ts";
import { login } from "./rpc/login.ts";
import { logout } from "./rpc/logout.ts";
import { refreshTokens } from "./rpc/refresh-tokens.ts";
import { register } from "./rpc/register.ts";
import { startPairing } from "./rpc/start-pairing.ts";

/** The RPCs for accounts and sign-in. */
export function authRoutes(context: AuthContext) {
  return {
    register: register(context),
    login: login(context),
    refreshTokens: refreshTokens(context),
    logout: logout(context),
    getMe: getMe(context),
    createInvitation: createInvitation(context),
    getJwks: getJwks(context),
    issueServiceToken: issueServiceToken(context),
  } satisfies ServiceImpl<typeof AuthService>;
}

/** The RPCs for pairing devices. */
export function deviceRoutes(context: AuthContext) {
  return {
    startPairing: startPairing(context),
    approvePairing: approvePairing(context),
    completePairing: completePairing(context),
  } satisfies ServiceImpl<typeof DeviceService>;
}
