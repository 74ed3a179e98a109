import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { create, fromJsonString, toJson } from "@bufbuild/protobuf";
import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { codeToString, errorToJson } from "@connectrpc/connect/protocol-connect";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";
import {
  type ChunkResult,
  ChunkResultSchema,
  IngestService,
  type PutChunkRequest,
  PutChunkResponseSchema,
  PutChunksRequestSchema,
  PutChunksResponseSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { FakeAccounts } from "./fake-accounts.ts";
import { FakeInsights } from "./fake-insights.ts";
import { FakeRecordings } from "./fake-recordings.ts";

/** What happens to a chunk instead of being answered. */
export type ChunkFault = "cut" | "lose_answer" | ConnectError;

/** Any status that is no success; the code is in the body. */
const REFUSED_STATUS = 400;

const CHUNKS_PATH = "/gigtrail.ingest.v1.IngestService/PutChunks";
const CHUNK_PATH = /^\/v1\/sessions\/([^/]+)\/tabs\/([^/]+)\/chunks\/(\d+)$/;

/** The gateway as a client sees it, over real HTTP: the generated services, and the raw route for chunks. */
export class FakeGateway {
  readonly accounts = new FakeAccounts();
  readonly recordings = new FakeRecordings();
  readonly insights = new FakeInsights();
  /** Chunks that were asked for, as `tab/seq`. */
  readonly chunkCalls: string[] = [];
  /** Decides about the n-th call (from 0) of a chunk. */
  fault: (seq: number, earlier: number) => ChunkFault | undefined = () => undefined;
  readonly #connect = connectNodeAdapter({
    routes: (router) => {
      router.service(AuthService, this.accounts.routes);
      router.service(IngestService, this.recordings.routes);
      router.service(AnalysisService, this.insights.analysisRoutes);
      router.service(ExportService, this.insights.exportRoutes);
    },
    interceptors: [this.#requireToken()],
  });
  readonly #server = createServer((request, response) => {
    if (CHUNK_PATH.test(request.url ?? "")) void this.#raw(request, response);
    else if (request.url === CHUNKS_PATH) void this.#batch(request, response);
    else this.#connect(request, response);
  });

  /** Starts to listen on a free port. */
  static async start(): Promise<FakeGateway> {
    const gateway = new FakeGateway();
    await new Promise<void>((resolve) => gateway.#server.listen(0, "127.0.0.1", resolve));
    return gateway;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #requireToken(): Interceptor {
    return (next) => (request) => {
      if (request.service.typeName !== AuthService.typeName) this.accounts.check(request.header.get("authorization"));
      return next(request);
    };
  }

  async #raw(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const [, sessionId = "", tabId = "", seqText = ""] = CHUNK_PATH.exec(request.url ?? "") ?? [];
    const seq = Number(seqText);
    const fault = this.#faultOf(tabId, seq);
    try {
      if (fault === "cut") return void request.socket.destroy();
      if (fault instanceof ConnectError) throw fault;
      this.accounts.check(request.headers.authorization);
      const sha256 = String(request.headers["x-gigtrail-sha256"]);
      const count = Number(request.headers["x-gigtrail-event-count"]);
      const answer = this.recordings.put({ sessionId, tabId, seq }, sha256, count, body);
      if (fault === "lose_answer") return void request.socket.destroy();
      send(response, 200, toJson(PutChunkResponseSchema, answer));
    } catch (error) {
      const refusal = ConnectError.from(error);
      send(response, REFUSED_STATUS, errorToJson(refusal, undefined));
    }
  }

  /** The same for many: a chunk's refusal is its own, a connection that breaks is that of all. */
  async #batch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { chunks } = fromJsonString(PutChunksRequestSchema, (await buffer(request)).toString());
    const faults = chunks.map(({ tabId, seq }) => this.#faultOf(tabId, Number(seq)));
    if (faults.includes("cut")) return void request.socket.destroy();
    try {
      this.accounts.check(request.headers.authorization);
      const results = chunks.map((chunk, index) => this.#chunkResult(chunk, faults[index]));
      if (faults.includes("lose_answer")) return void request.socket.destroy();
      send(response, 200, toJson(PutChunksResponseSchema, create(PutChunksResponseSchema, { results })));
    } catch (error) {
      send(response, REFUSED_STATUS, errorToJson(ConnectError.from(error), undefined));
    }
  }

  #chunkResult(chunk: PutChunkRequest, fault: ChunkFault | undefined): ChunkResult {
    const name = { sessionId: chunk.sessionId, tabId: chunk.tabId, seq: chunk.seq };
    try {
      if (fault instanceof ConnectError) throw fault;
      const path = { ...name, seq: Number(chunk.seq) };
      const sha256 = Buffer.from(chunk.sha256).toString("hex");
      const value = this.recordings.put(path, sha256, chunk.eventCount, Buffer.from(chunk.payload));
      return create(ChunkResultSchema, { ...name, result: { case: "stored", value } });
    } catch (error) {
      return create(ChunkResultSchema, {
        ...name,
        result: { case: "refused", value: refusalOf(ConnectError.from(error)) },
      });
    }
  }

  #faultOf(tabId: string, seq: number): ChunkFault | undefined {
    const name = `${tabId}/${seq}`;
    const fault = this.fault(seq, this.chunkCalls.filter((earlier) => earlier === name).length);
    this.chunkCalls.push(name);
    return fault;
  }
}

function refusalOf(error: ConnectError) {
  const { reason = "", retryAfterMs = 0n } = error.findDetails(ErrorInfoSchema)[0] ?? {};
  return { code: codeToString(error.code), reason, message: error.rawMessage, retryAfterMs };
}

function send(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(json));
}
