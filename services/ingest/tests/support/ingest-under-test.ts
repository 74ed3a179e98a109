import { join } from "node:path";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import { FolderBlobStore } from "@gigtrail/platform/blob/folder-store";
import type { Bus } from "@gigtrail/platform/bus/bus";
import { InProcessBus } from "@gigtrail/platform/bus/in-process";
import type { Environment } from "@gigtrail/platform/config";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { createLog } from "@gigtrail/platform/log";
import { createMetrics } from "@gigtrail/platform/metrics";
import { inMemoryTransport } from "@gigtrail/platform/rpc/in-memory";
import { serviceInterceptors } from "@gigtrail/platform/rpc/interceptors";
import type { RunningService } from "@gigtrail/platform/service";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import { ingestService } from "../../service.ts";
import { authTransport, type Caller } from "./callers.ts";
import { openTestDatabase, type TestDatabase } from "./test-database.ts";

/** A client of ingest with somebody's token. */
export type IngestClient = Client<typeof IngestService>;

/** The ingest service, running as in production but for the sockets. */
export interface IngestUnderTest {
  readonly service: RunningService;
  readonly database: TestDatabase;
  readonly bus: Bus;
  readonly blobs: BlobStore;
  /** The folder that `blobs` keeps its files in. */
  readonly blobFolder: string;
  /** Lines of its log, level trace. */
  readonly logLines: string[];
  /** A client with this caller's token, or with none. */
  as(caller: Caller | undefined): IngestClient;
  stop(): Promise<void>;
}

/** What a test puts in the place of the real thing, and what it keeps when it starts ingest once more. */
export interface IngestOptions {
  database?: TestDatabase;
  blobFolder?: string;
  bus?: Bus;
  /** Wraps the folder that blobs are kept in. */
  blobs?: (folder: BlobStore) => BlobStore;
  masterKey?: string;
  /** Its configuration. */
  env?: Environment;
}

/** The same for all, so that a service that is started again can read what was stored. */
export const MASTER_KEY = Buffer.alloc(32, 7).toString("base64");

/** Starts ingest on an empty database and blob folder, or on those given (which are then the giver's to end). */
export async function startIngest(options: IngestOptions = {}): Promise<IngestUnderTest> {
  const folder = createTempFolder();
  const database = options.database ?? (await openTestDatabase());
  const blobFolder = options.blobFolder ?? join(folder.path, "blobs");
  const folderStore = new FolderBlobStore(blobFolder);
  const blobs = options.blobs?.(folderStore) ?? folderStore;
  const logLines: string[] = [];
  const log = createLog("ingest", "trace", (line) => void logLines.push(line));
  const metrics = createMetrics("ingest");
  const bus = options.bus ?? new InProcessBus(log);
  const service = await ingestService.start({
    env: options.env ?? {},
    log,
    metrics,
    bus,
    blobs,
    masterKey: MasterKey.parse(options.masterKey ?? MASTER_KEY),
    database: database.surroundings,
    transport: authTransport,
    credentials: () => Promise.reject(new Error("ingest calls nobody")),
  });
  const transport = inMemoryTransport(service.routes, serviceInterceptors({ log, metrics, verify: service.verify }));
  return {
    service,
    database,
    bus,
    blobs,
    blobFolder,
    logLines,
    as: (caller) => createClient(IngestService, withToken(transport, caller?.token)),
    async stop() {
      await service.stop();
      if (options.database === undefined) await database.stop();
      folder.remove();
    },
  };
}

function withToken(transport: Transport, token: string | undefined): Transport {
  const headers = (header: HeadersInit | undefined) => {
    const all = new Headers(header);
    if (token !== undefined) all.set("authorization", `Bearer ${token}`);
    return all;
  };
  return {
    unary: (method, signal, timeoutMs, header, input, values) =>
      transport.unary(method, signal, timeoutMs, headers(header), input, values),
    stream: (method, signal, timeoutMs, header, input, values) =>
      transport.stream(method, signal, timeoutMs, headers(header), input, values),
  };
}
