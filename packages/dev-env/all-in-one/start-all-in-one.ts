import { join } from "node:path";
import { analysisService } from "@gigtrail/analysis/service";
import { authService } from "@gigtrail/auth/service";
import type { Transport } from "@connectrpc/connect";
import { exportService } from "@gigtrail/export/service";
import { gatewayConfig } from "@gigtrail/gateway/config";
import { startGateway } from "@gigtrail/gateway/start-gateway";
import { ingestService } from "@gigtrail/ingest/service";
import { serviceCredentials } from "@gigtrail/platform/auth/service-credentials";
import { remoteKeys } from "@gigtrail/platform/auth/remote-keys";
import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { InProcessBus } from "@gigtrail/platform/bus/in-process";
import { type Environment, loadConfig, Secret } from "@gigtrail/platform/config";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { newSecret } from "@gigtrail/platform/ids";
import { type Running, stopAll } from "@gigtrail/platform/lifecycle";
import type { Log } from "@gigtrail/platform/log";
import { createMetrics } from "@gigtrail/platform/metrics";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { serviceInterceptors } from "@gigtrail/platform/rpc/interceptors";
import { lateTransport } from "@gigtrail/platform/rpc/late-transport";
import type { RunningService, Service, ServiceName, Surroundings } from "@gigtrail/platform/service";
import { chooseBlobs } from "./choose-blobs.ts";
import { takeDataFolder } from "./data-folder.ts";
import { openAllInOneDatabase } from "./open-all-in-one-database.ts";
import { portTaken } from "./port-taken.ts";

/** The order in which services start; each may call the ones before it at once. */
const SERVICES: readonly Service[] = [authService, ingestService, analysisService, exportService];

/** How to run everything in one process. */
export interface AllInOneOptions {
  /** Where everything is kept. */
  dataFolder: string;
  /** HOST, PORT and the services' settings; DATABASE_URL to use a PostgreSQL instead of the embedded database. */
  env: Environment;
  log: Log;
}

/** Everything, running in this process. */
export interface AllInOne extends Running {
  /** Where the gateway listens. */
  readonly url: string;
  /** The database is the embedded one: it survives a crash of the process, but not a power cut. */
  readonly embedded: boolean;
  readonly surroundings: Surroundings;
}

/** Starts all services and the gateway in this process; calls between them go through memory. */
export async function startAllInOne({ dataFolder, env, log }: AllInOneOptions): Promise<AllInOne> {
  const config = loadConfig(gatewayConfig, env);
  const blobsOf = chooseBlobs(env, dataFolder);
  const folder = takeDataFolder(dataFolder);
  const running: Running[] = [{ stop: async () => folder.release() }];
  try {
    const database = await openAllInOneDatabase(env, join(dataFolder, "postgres"));
    running.push(database);
    const bus = new InProcessBus(log);
    const masterKey = env["MASTER_KEY"]
      ? MasterKey.parse(env["MASTER_KEY"])
      : MasterKey.openFile(join(dataFolder, "master.key"));
    const metrics = createMetrics("gigtrail");
    const secrets = new Map(SERVICES.map(({ name }) => [name, newSecret()] as const));
    const started = new Map<ServiceName, { service: RunningService; transport: Transport }>();
    const transport: Surroundings["transport"] = (name) =>
      lateTransport(() => {
        const known = started.get(name);
        if (known === undefined) throw new Error(`the service ${name} is not started yet`);
        return known.transport;
      });
    const surroundingsOf = (name: ServiceName): Surroundings => ({
      env: {
        PUBLIC_URL: `http://${config.HOST}:${config.PORT}`,
        ...env,
        SERVICE_SECRETS: [...secrets].map(([service, value]) => `${service}:${value}`).join(","),
      },
      log: log.child({ service: name }),
      metrics,
      bus,
      blobs: blobsOf(name),
      masterKey,
      database: database.surroundings,
      transport,
      credentials: serviceCredentials(transport("auth"), name, new Secret(secrets.get(name) ?? "")),
    });
    for (const service of SERVICES) {
      const surroundings = surroundingsOf(service.name);
      const one = await service.start(surroundings);
      running.push(one);
      const interceptors = serviceInterceptors({ log: surroundings.log, metrics, verify: one.verify });
      started.set(service.name, { service: one, transport: inMemoryTransport(one.routes, interceptors) });
    }
    const gateway = portTaken(config, () =>
      startGateway({
        config,
        log,
        metrics,
        bus,
        transport,
        ready: async () => {
          for (const { service } of started.values()) await service.ready();
        },
        verify: createTokenVerifier("gateway", remoteKeys(transport("auth"))),
      }),
    );
    running.push(gateway);
    const surroundings = surroundingsOf("auth");
    return {
      url: gateway.url,
      embedded: database.surroundings.embedded,
      surroundings,
      stop: () => stopAll(running.splice(0), log),
    };
  } catch (error) {
    await stopAll(running, log);
    throw error;
  }
}
