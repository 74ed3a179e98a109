import { remoteKeys } from "@gigtrail/platform/auth/remote-keys";
import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { NatsBus } from "@gigtrail/platform/bus/nats";
import { type Environment, loadConfig } from "@gigtrail/platform/config";
import { runUntilSignal, stopAll } from "@gigtrail/platform/lifecycle";
import { PlainError } from "@gigtrail/platform/plain-error";
import { createLog } from "@gigtrail/platform/log";
import { createMetrics } from "@gigtrail/platform/metrics";
import { grpcTransports } from "@gigtrail/platform/rpc/grpc-transports";
import { gatewayProcessConfig } from "./config.ts";
import { startGateway } from "./start-gateway.ts";

/** Runs the gateway as a process of its own until it is told to stop. Exits with 1 when it cannot start. */
export async function runGateway(env: Environment): Promise<void> {
  try {
    await start(env);
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    process.stderr.write(`gateway: ${error.message}\n`);
    process.exit(1);
  }
}

async function start(env: Environment): Promise<void> {
  const config = loadConfig(gatewayProcessConfig, env);
  const log = createLog("gateway", config.LOG_LEVEL);
  const bus = await NatsBus.connect(config.NATS_URL, log);
  const services = grpcTransports(config);
  const gateway = startGateway({
    config,
    log,
    metrics: createMetrics("gateway"),
    bus,
    transport: services.transport,
    async ready() {
      await bus.check();
      await services.check();
    },
    verify: createTokenVerifier("gateway", remoteKeys(services.transport("auth"))),
  });
  log.info({ url: gateway.url }, "listening");
  const closeBus = { stop: () => bus.close() };
  runUntilSignal({ stop: () => stopAll([closeBus, services, gateway], log) }, log);
}
