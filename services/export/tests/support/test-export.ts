import { type CallOptions, createClient } from "@connectrpc/connect";
import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import { FolderBlobStore } from "@gigtrail/platform/blob/folder-store";
import { InProcessBus } from "@gigtrail/platform/bus/in-process";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { type Running, stopAll } from "@gigtrail/platform/lifecycle";
import { createLog } from "@gigtrail/platform/log";
import { createMetrics } from "@gigtrail/platform/metrics";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { serviceInterceptors } from "@gigtrail/platform/rpc/interceptors";
import { route } from "@gigtrail/platform/rpc/routes";
import type { Surroundings } from "@gigtrail/platform/service";
import { type Export, ExportState, type ExportSpec } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { expect } from "bun:test";
import { type Kysely, sql } from "kysely";
import type { ExportContext } from "../../context.ts";
import type { ExportSchema } from "../../db/schema.ts";
import { FileKeys } from "../../files/file-keys.ts";
import { exportRoutes } from "../../routes.ts";
import { readExportFile } from "../../rpc/read-export-file.ts";
import { watchExport } from "../../rpc/watch-export.ts";
import { exportService } from "../../service.ts";
import { connectUpstream } from "../../sources/upstream.ts";
import { removeDoomed } from "../../sweeps/blob-sweep.ts";
import { Callers, type Member } from "./callers.ts";
import { collect } from "./collect.ts";
import type { TestDatabase } from "@gigtrail/test-kit/databases";
import { FakeSources } from "./fake-sources.ts";

const TABLES = ["exports", "export_keys", "deleted_sessions", "requesters", "blobs", "expiries", "jobs", "cursors"];
/** A heartbeat that need not be waited for, in milliseconds. */
const HEARTBEAT_MS = 50;
/** Whether a file may still be read is asked before every frame. */
const KEY_CHECK_MS = 0;
const log = createLog("test", "silent");

/** What a test asks to be exported. */
export type Asked = Pick<ExportSpec, "dataset" | "format"> & { sessionIds?: string[] };

/** The export service under test, with its neighbours. */
export class TestExport {
  readonly bus = new InProcessBus(log);
  readonly sources = new FakeSources();
  readonly callers = new Callers();
  readonly folder = createTempFolder();
  readonly blobs = new FolderBlobStore(this.folder.path);
  readonly db: Database<ExportSchema>;
  readonly context: ExportContext;
  readonly client;
  readonly #metrics = createMetrics("test");
  readonly #masterKey = MasterKey.parse(Buffer.alloc(32, 7).toString("base64"));
  readonly #owner: Kysely<ExportSchema>;
  #running: Running[] = [];

  private constructor(private readonly database: TestDatabase) {
    this.#owner = openPool(database.address, log, 1);
    this.db = new Database(openPool<ExportSchema>(database.address, log), "export");
    this.context = {
      db: this.db,
      blobs: this.blobs,
      bus: this.bus,
      log,
      keys: new FileKeys(this.#masterKey),
      upstream: connectUpstream(this.sources),
      wakeSweep: () => undefined,
    };
    const impl = {
      ...exportRoutes(this.context),
      watchExport: watchExport(this.context, HEARTBEAT_MS),
      readExportFile: readExportFile(this.context, KEY_CHECK_MS),
    };
    const interceptors = serviceInterceptors({ log, metrics: this.#metrics, verify: this.callers.verify });
    this.client = createClient(ExportService, inMemoryTransport([route(ExportService, impl)], interceptors));
  }

  /** Migrates the database. */
  static async open(database: TestDatabase): Promise<TestExport> {
    const test = new TestExport(database);
    await (await test.startService()).stop();
    return test;
  }

  /** Starts a process of the service: workers and all. */
  async startService(blobs: BlobStore = this.blobs): Promise<Running> {
    const surroundings: Surroundings = {
      env: {},
      log,
      metrics: this.#metrics,
      bus: this.bus,
      blobs,
      masterKey: this.#masterKey,
      database: { address: this.database.address, embedded: this.database.embedded, migrate: true },
      transport: this.sources.transport,
      credentials: this.sources.credentials,
    };
    const running = await exportService.start(surroundings);
    this.#running.push(running);
    return running;
  }

  /** Asks for an export. */
  async create(who: Member, spec: Asked, requestId = ""): Promise<Export> {
    const answer = await this.client.createExport({ spec, requestId }, who.options);
    return present(answer.export);
  }

  async get(who: Member, exportId: string): Promise<Export> {
    return present((await this.client.getExport({ exportId }, who.options)).export);
  }

  /** Waits until an export is done or failed. */
  ended(who: Member, { exportId }: Export): Promise<Export> {
    return eventually(async () => {
      const found = await this.get(who, exportId);
      expect([ExportState.DONE, ExportState.FAILED]).toContain(found.state);
      return found;
    });
  }

  /** Asks for an export and waits for it. */
  async made(who: Member, spec: Asked): Promise<Export> {
    return this.ended(who, await this.create(who, spec));
  }

  read({ options }: { options: CallOptions }, exportId: string, offset = 0, limit = 0): Promise<Buffer> {
    return collect(this.client.readExportFile({ exportId, offset: BigInt(offset), limit: BigInt(limit) }, options));
  }

  /** What StreamExport gives for the same. */
  stream({ options }: Member, spec: Asked): Promise<Buffer> {
    return collect(this.client.streamExport({ spec }, options));
  }

  /** The names of all blobs, once what is doomed is swept. */
  async blobNames(): Promise<string[]> {
    await removeDoomed(this.context);
    return Array.fromAsync(this.blobs.list(""));
  }

  /** Runs SQL as the owner of the database; in a transaction, since all clients of PGlite share one session. */
  async sql<T>(query: ReturnType<typeof sql<T>>): Promise<T[]> {
    return this.#owner.transaction().execute(async (tx) => (await query.execute(tx)).rows);
  }

  /** Ends what a test started and empties everything. */
  async reset(): Promise<void> {
    await stopAll(this.#running, log);
    this.#running = [];
    this.sources.whileReading = () => undefined;
    this.sources.isDown = false;
    this.sources.frameBytes = 256 * 1024;
    this.sources.sessions.length = 0;
    this.sources.changes.length = 0;
    await sql`truncate ${sql.join(TABLES.map((table) => sql.table(`export.${table}`)))} cascade`.execute(this.#owner);
    for await (const name of this.blobs.list("")) await this.blobs.delete(name);
  }

  async close(): Promise<void> {
    await stopAll(this.#running, log);
    await this.db.close();
    await this.#owner.destroy();
    await this.database.stop();
    this.folder.remove();
  }
}

function present(found: Export | undefined): Export {
  if (found === undefined) throw new Error("no export in the answer");
  return found;
}
