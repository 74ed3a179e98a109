import { z } from "zod";
import { serviceCredentials } from "./auth/service-credentials.ts";
import { blobSettings, oneBlobStore, openBlobStore } from "./blob/blob-settings.ts";
import { NatsBus } from "./bus/nats.ts";
import { type Environment, flag, loadConfig, secret } from "./config.ts";
import { MasterKey } from "./crypto/master-key.ts";
import { PlainError } from "./plain-error.ts";
import { runUntilSignal, stopAll, type Running } from "./lifecycle.ts";
import { createLog, LOG_LEVELS, type Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { serveGrpc } from "./rpc/grpc-server.ts";
import { grpcTransports, serviceAddresses } from "./rpc/grpc-transports.ts";
import { serviceInterceptors } from "./rpc/interceptors.ts";
import { serveAdmin } from "./serve-admin.ts";
import type { Service } from "./service.ts";

/** The configuration that every service of a distributed Gigtrail has; docs/configuration.md is printed from it. */
export const serviceConfig = z
  .object({
    DATABASE_URL: z.url().describe("PostgreSQL 15 or later, with fsync and synchronous_commit on"),
    MIGRATE_ON_START: flag().default(false).describe("Bring the schema up to date at the start"),
    NATS_URL: z.string().describe("nats-server with JetStream, for example nats://nats:4222"),
    ...blobSettings,
    MASTER_KEY: secret().describe("base64 of 32 bytes; everything recorded is encrypted under it"),
    SERVICE_SECRET: secret().describe("This service's secret, as SERVICE_SECRETS of auth names it"),
    LISTEN_ADDRESS: z.string().default("0.0.0.0:9090").describe("host:port for gRPC"),
    ADMIN_ADDRESS: z.string().default("0.0.0.0:9091").describe("host:port for /healthz and /metrics"),
    ...serviceAddresses,
    LOG_LEVEL: z.enum(LOG_LEVELS).default("info").describe("Least level that is logged"),
  })
  .check(oneBlobStore);

/** Runs one service as a process of its own until it is told to stop. Exits with 1 when it cannot start. */
export async function runService(service: Service, env: Environment): Promise<void> {
  try {
    const { log, running } = await startService(service, env);
    runUntilSignal(running, log);
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    process.stderr.write(`${service.name}: ${error.message}\n`);
    process.exit(1);
  }
}

async function startService(service: Service, env: Environment): Promise<{ log: Log; running: Running }> {
  const config = loadConfig(serviceConfig, env);
  const log = createLog(service.name, config.LOG_LEVEL);
  const metrics = createMetrics(service.name);
  const bus = await NatsBus.connect(config.NATS_URL, log);
  const services = grpcTransports(config);
  const started = await service.start({
    env,
    log,
    metrics,
    bus,
    blobs: openBlobStore(config, service.name),
    masterKey: MasterKey.parse(config.MASTER_KEY.reveal()),
    database: { address: { url: config.DATABASE_URL }, embedded: false, migrate: config.MIGRATE_ON_START },
    transport: services.transport,
    credentials: serviceCredentials(services.transport("auth"), service.name, config.SERVICE_SECRET),
  });
  const interceptors = serviceInterceptors({ log, metrics, verify: started.verify });
  const grpc = await serveGrpc(started.routes, interceptors, config.LISTEN_ADDRESS);
  const admin = serveAdmin({ address: config.ADMIN_ADDRESS, ready: () => started.ready(), metrics });
  grpc.setServing(true);
  log.info({ port: grpc.port }, "serving");
  const closeBus: Running = { stop: () => bus.close() };
  const running: Running = { stop: () => stopAll([closeBus, services, admin, started, grpc], log) };
  return { log, running };
}
