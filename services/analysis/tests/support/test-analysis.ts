import { createClient, type CallOptions } from "@connectrpc/connect";
import { FolderBlobStore } from "@gigtrail/platform/blob/folder-store";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import type { ChangeHandler } from "@gigtrail/platform/changes/follow-changes";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { refusal } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { stopAll, type Running } from "@gigtrail/platform/lifecycle";
import { createMetrics } from "@gigtrail/platform/metrics";
import type { Caller } from "@gigtrail/platform/rpc/caller";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { serviceInterceptors } from "@gigtrail/platform/rpc/interceptors";
import { route } from "@gigtrail/platform/rpc/routes";
import type { Surroundings } from "@gigtrail/platform/service";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { type Kysely, sql } from "kysely";
import { sessionChanges } from "../../consumers/session-changes.ts";
import type { AnalysisSchema } from "../../db/schema.ts";
import { analysisRoutes } from "../../routes.ts";
import { type WatchPace, watchAnalysis } from "../../rpc/watch-analysis.ts";
import { analysisService } from "../../service.ts";
import type { TestDatabase } from "@gigtrail/test-kit/databases";
import { FakeIngest } from "./fake-ingest.ts";
import { quietLog, TestBus } from "./test-bus.ts";

const TABLES = ["sessions", "analyses", "visits", "job_sightings", "jobs", "cursors"];
/** A watch that need not be waited for. */
const FAST: WatchPace = { heartbeatMs: 50, waitMs: 400 };

/** A member of a workspace; admins see the others' sessions as well. */
export interface Member {
  readonly workspaceId: string;
  readonly userId: string;
  readonly options: CallOptions;
}

/** The analysis service under test, with its neighbours. */
export class TestAnalysis {
  readonly bus = new TestBus();
  readonly metrics = createMetrics("test");
  readonly ingest = new FakeIngest();
  readonly db: Database<AnalysisSchema>;
  readonly client;
  /** Takes a change as the consumer does. */
  readonly handleChange: ChangeHandler;
  readonly #owner: Kysely<AnalysisSchema>;
  readonly #callers = new Map<string, Caller>();
  #running: Running[] = [];

  private constructor(private readonly database: TestDatabase) {
    this.#owner = openPool(database.address, quietLog, 1);
    this.db = new Database(openPool<AnalysisSchema>(database.address, quietLog), "analysis");
    const { db, bus } = this;
    const context = { db, bus, log: quietLog };
    this.handleChange = sessionChanges(context);
    const routes = { ...analysisRoutes(context), watchAnalysis: watchAnalysis(context, FAST) };
    const interceptors = serviceInterceptors({ log: quietLog, metrics: this.metrics, verify: this.#verify });
    this.client = createClient(AnalysisService, inMemoryTransport([route(AnalysisService, routes)], interceptors));
  }

  /** Migrates the database. */
  static async open(database: TestDatabase): Promise<TestAnalysis> {
    const test = new TestAnalysis(database);
    await (await test.startService()).stop();
    return test;
  }

  /** Starts a process of the service: workers and all. */
  async startService(): Promise<Running> {
    const running = await analysisService.start(this.surroundings());
    this.#running.push(running);
    return running;
  }

  surroundings(): Surroundings {
    return {
      env: {},
      log: quietLog,
      metrics: this.metrics,
      bus: this.bus,
      blobs: new FolderBlobStore("/nowhere"),
      masterKey: MasterKey.parse(Buffer.alloc(32, 7).toString("base64")),
      database: { address: this.database.address, embedded: this.database.embedded, migrate: true },
      transport: () => this.ingest.transport,
      credentials: this.ingest.credentials,
    };
  }

  /** Signs somebody in. */
  member(workspaceId: string = newId(), role = Role.MEMBER, expireMs = Date.now() + 60_000): Member {
    const userId = newId();
    return this.#signIn({ kind: "user", userId, workspaceId, role, deviceId: undefined, expireMs }, userId);
  }

  /** Signs a service in. */
  service(service: string, workspaceId: string): Member {
    return this.#signIn({ kind: "service", service, workspaceId, expireMs: Date.now() + 60_000 }, "");
  }

  /** All that was found in a workspace, as text: the same bytes for the same finds. */
  async dump(workspaceId: string): Promise<string> {
    const { rows } = await sql<{ line: string }>`
      select line from (
        select 1 as place, to_jsonb(a) - 'update_time' as line from analysis.analyses a where workspace_id = ${workspaceId}
        union all select 2, to_jsonb(v) from analysis.visits v where workspace_id = ${workspaceId}
        union all select 3, to_jsonb(s) from analysis.job_sightings s where workspace_id = ${workspaceId}) as lines
       order by place, line`.execute(this.#owner);
    return rows.map(({ line }) => `${JSON.stringify(line)}\n`).join("");
  }

  /** Runs SQL as the owner of the database. */
  async sql<T>(query: ReturnType<typeof sql<T>>): Promise<T[]> {
    return (await query.execute(this.#owner)).rows;
  }

  /** Ends what a test started and empties the tables. */
  async reset(): Promise<void> {
    await stopAll(this.#running, quietLog);
    this.#running = [];
    this.bus.isDeaf = false;
    this.ingest.whileReading = () => undefined;
    this.ingest.changes.length = 0;
    this.ingest.sessions.clear();
    const tables = sql.join(TABLES.map((table) => sql.table(`analysis.${table}`)));
    await sql`truncate ${tables}`.execute(this.#owner);
  }

  async close(): Promise<void> {
    await stopAll(this.#running, quietLog);
    await this.db.close();
    await this.#owner.destroy();
    await this.database.stop();
  }

  #verify = async (token: string): Promise<Caller> => {
    const caller = this.#callers.get(token);
    if (caller === undefined) throw refusal("token_invalid");
    return caller;
  };

  #signIn(caller: Caller & { workspaceId: string }, userId: string): Member {
    const token = newId();
    this.#callers.set(token, caller);
    return { workspaceId: caller.workspaceId, userId, options: { headers: { authorization: `Bearer ${token}` } } };
  }
}
