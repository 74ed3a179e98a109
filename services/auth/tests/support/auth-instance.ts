import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { FolderBlobStore } from "@gigtrail/platform/blob/folder-store";
import { InProcessBus } from "@gigtrail/platform/bus/in-process";
import type { Environment } from "@gigtrail/platform/config";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import { createMetrics } from "@gigtrail/platform/metrics";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { serviceInterceptors } from "@gigtrail/platform/rpc/interceptors";
import type { DatabaseSurroundings, RunningService, Surroundings } from "@gigtrail/platform/service";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { DeviceService } from "@gigtrail/proto/gen/gigtrail/auth/v1/device_service_pb";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { type Kysely, sql } from "kysely";
import type { AuthSchema } from "../../db/schema.ts";
import { startAuth } from "../../service.ts";
import { Clock } from "./clock.ts";

/** The master key of all tests. */
export const MASTER_KEY = MasterKey.parse(Buffer.alloc(32, 7).toString("base64"));
/** The secret of `analysis` in all tests. */
export const ANALYSIS_SECRET = "analysis-secret-of-the-tests";

const ENV = {
  SERVICE_SECRETS: `analysis:${ANALYSIS_SECRET},export:export-secret-of-the-tests`,
  PUBLIC_URL: "https://gigtrail.example/",
  PASSWORD_CONCURRENCY: "2",
};

/** A running auth service with everything that a test looks at it with. */
export class AuthInstance {
  readonly auth: Client<typeof AuthService>;
  readonly devices: Client<typeof DeviceService>;

  private constructor(
    readonly service: RunningService,
    readonly transport: Transport,
    readonly database: DatabaseSurroundings,
    readonly clock: Clock,
    /** Every line of its log. */
    readonly logged: string[],
    /** The whole database, as its owner. */
    readonly owner: Kysely<AuthSchema>,
  ) {
    this.auth = createClient(AuthService, transport);
    this.devices = createClient(DeviceService, transport);
  }

  /** Starts the service as a process of its own would, on a database that may be another's too. */
  static async start(
    database: DatabaseSurroundings,
    clock = new Clock(),
    env: Environment = {},
    masterKey = MASTER_KEY,
  ) {
    const logged: string[] = [];
    const log = createLog("auth", "trace", (line) => logged.push(line));
    const metrics = createMetrics("auth");
    const service = await startAuth(
      surroundings({ database, log, metrics, masterKey, env: { ...ENV, ...env } }),
      clock.now,
    );
    const transport = inMemoryTransport(service.routes, serviceInterceptors({ log, metrics, verify: service.verify }));
    return new AuthInstance(
      service,
      transport,
      database,
      clock,
      logged,
      openPool<AuthSchema>(database.address, log, 1),
    );
  }

  /** Empties every table but those of keys and migrations: an instance that nobody has registered at. */
  async empty(): Promise<void> {
    await sql`truncate auth.instance, auth.accounts, auth.workspaces, auth.members, auth.done_requests,
      auth.login_attempts, auth.sign_ins, auth.refresh_tokens, auth.invitations, auth.invitation_codes, auth.devices,
      auth.pairings, auth.wrong_user_codes`.execute(this.owner.withSchema("auth"));
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.owner.destroy();
  }
}

type Given = Pick<Surroundings, "database" | "log" | "metrics" | "masterKey" | "env">;

function surroundings(given: Given): Surroundings {
  const unused = () => {
    throw new Error("auth calls no other service");
  };
  return {
    ...given,
    bus: new InProcessBus(given.log),
    blobs: new FolderBlobStore(createTempFolder().path),
    transport: unused,
    credentials: unused,
  };
}
