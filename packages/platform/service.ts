import type { Transport } from "@connectrpc/connect";
import type { ServiceCredentials } from "./auth/service-credentials.ts";
import type { TokenVerifier } from "./auth/verify-token.ts";
import type { BlobStore } from "./blob/blob-store.ts";
import type { Bus } from "./bus/bus.ts";
import type { Environment } from "./config.ts";
import type { MasterKey } from "./crypto/master-key.ts";
import type { Migrations } from "./db/migrate.ts";
import type { DatabaseAddress } from "./db/postgres.ts";
import type { SchemaName } from "./db/roles.ts";
import type { Running } from "./lifecycle.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Route } from "./rpc/routes.ts";

/** The services, by the names that tokens and addresses use. */
export type ServiceName = SchemaName;

/** What a service is given by whoever starts it: one process of its own, or all services together. */
export interface Surroundings {
  readonly env: Environment;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly bus: Bus;
  readonly blobs: BlobStore;
  readonly masterKey: MasterKey;
  readonly database: DatabaseSurroundings;
  /** The way to another service. */
  transport(service: ServiceName): Transport;
  /** Tokens to call other services with. */
  readonly credentials: ServiceCredentials;
}

/** Where the database is and what may be expected of it. */
export interface DatabaseSurroundings {
  readonly address: DatabaseAddress;
  /** PGlite, which cannot fsync: nothing is asked of its durability, and the user is told. */
  readonly embedded: boolean;
  /** Bring the schema up to date at the start; otherwise an outdated one is refused. */
  readonly migrate: boolean;
}

/** A service as it can be started. */
export interface Service {
  readonly name: ServiceName;
  readonly migrations: Migrations;
  start(surroundings: Surroundings): Promise<RunningService>;
}

/** A service that was started. */
export interface RunningService extends Running {
  readonly routes: readonly Route[];
  /** Says who a token belongs to, for this service. */
  readonly verify: TokenVerifier;
  /** Throws in words for the log when the service cannot do its work now. */
  ready(): Promise<void>;
}
