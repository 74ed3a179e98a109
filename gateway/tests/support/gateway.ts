import { type ConnectRouter, createRouterTransport } from "@connectrpc/connect";
import type { TokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { InProcessBus } from "@gigtrail/platform/bus/in-process";
import { type Environment, loadConfig } from "@gigtrail/platform/config";
import { refusal } from "@gigtrail/platform/errors";
import { createLog } from "@gigtrail/platform/log";
import { createMetrics } from "@gigtrail/platform/metrics";
import type { UserCaller } from "@gigtrail/platform/rpc/caller";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { gatewayConfig } from "../../config.ts";
import { type GatewayOptions, type RunningGateway, startGateway } from "../../start-gateway.ts";

/** The one caller that the test gateway knows, by the token `good`. */
export const CALLER: UserCaller = {
  kind: "user",
  userId: "01a20000-0000-7000-8000-000000000001",
  workspaceId: "01a20000-0000-7000-8000-000000000002",
  role: Role.OWNER,
  deviceId: undefined,
  expireMs: Number.MAX_SAFE_INTEGER,
};
/** Headers of that caller. */
export const GOOD = { authorization: "Bearer good" };

/** A gateway in front of services that a test makes up. */
export interface TestGateway extends RunningGateway, AsyncDisposable {
  readonly bus: InProcessBus;
}

/** What a test may set. */
export interface TestGatewayOptions extends Partial<Pick<GatewayOptions, "ready" | "transport">> {
  readonly env?: Environment;
  /** The services behind; the ones that are left out answer nothing. */
  readonly services?: (router: ConnectRouter) => void;
}

/** Starts a gateway on a free port. */
export function startTestGateway({
  env = {},
  services = () => undefined,
  ...more
}: TestGatewayOptions = {}): TestGateway {
  const log = createLog("gateway-test", "silent");
  const bus = new InProcessBus(log);
  const transport = createRouterTransport(services);
  const gateway = startGateway({
    config: loadConfig(gatewayConfig, { PORT: "0", ...env }),
    log,
    metrics: createMetrics("gateway"),
    bus,
    transport: () => transport,
    ready: async () => undefined,
    verify,
    ...more,
  });
  return { ...gateway, bus, [Symbol.asyncDispose]: () => gateway.stop() };
}

const verify: TokenVerifier = async (token) => {
  if (token === "good") return CALLER;
  throw refusal(token === "old" ? "token_expired" : "token_invalid");
};

/** The reason that an answer's header tells. */
export function reasonOfAnswer(response: Response): string | null {
  return response.headers.get("x-gigtrail-reason");
}
