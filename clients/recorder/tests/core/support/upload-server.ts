import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "bun";
import { HeldChunks, type SentChunk } from "./held-chunks.ts";

/** What the server does with one call instead of answering it. */
export type Fault =
  | { kind: "refuse"; status: number; body: object; headers?: Record<string, string> }
  /** The connection breaks before the call has had an effect. */
  | { kind: "cut" }
  /** The call has its effect, the answer is lost. */
  | { kind: "lose_answer" };

/** One call, or one chunk of a PutChunks, as a fault is decided by. */
export interface Call {
  /** `CreateSession`, `GetUploadState`, `FinishSession`, `PutChunks`, or for each chunk, however sent, `PutChunk`. */
  method: string;
  /** Of a chunk; -1 else. */
  seq: number;
  /** How many calls of this method and seq there were before. */
  earlier: number;
}

interface RpcMessage {
  sessionId: string;
  displayName?: string;
  tabs?: { tabId: string; lastSeq: number }[];
  chunks?: ChunkMessage[];
}

interface ChunkMessage {
  sessionId: string;
  tabId: string;
  seq: string;
  eventCount: number;
  droppedEvents: string;
  codec: string;
  sha256: string;
  payload: string;
  clientSentTime: string;
}

/** A server of the upload's calls over real HTTP, with faults on demand. Of node:http, which can break off. */
export class UploadServer {
  readonly held = new HeldChunks();
  /** Sessions that were opened, with their names. */
  readonly sessions = new Map<string, string>();
  /** Sessions that were deleted. */
  readonly deleted = new Set<string>();
  /** Tokens that calls came with. */
  readonly tokens: string[] = [];
  /** Sizes of the calls with chunks that came, in chunks. */
  readonly callSizes: number[] = [];
  /** Most calls with chunks that were in hand at once. */
  mostAtOnce = 0;
  fault: (call: Call) => Fault | undefined = () => undefined;
  /** Added to each answer. */
  directive: (call: Call) => object | undefined = () => undefined;
  /** Pages and scripts for a browser, by path. */
  readonly files = new Map<string, { type: string; body: string }>();
  #calls = new Map<string, number>();
  #inHand = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** Starts to listen on a free port. */
  static async start(): Promise<UploadServer> {
    const server = new UploadServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const answer = await this.#handle(request, new Uint8Array(body));
    if (answer === "cut") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  }

  async #handle(request: IncomingMessage, body: Uint8Array<ArrayBuffer>): Promise<Response | "cut"> {
    const path = request.url ?? "";
    const file = this.files.get(path);
    if (file !== undefined) return new Response(file.body, { headers: { "content-type": file.type } });
    if (request.method === "GET") return new Response(null, { status: 404 });
    this.tokens.push(request.headers.authorization ?? "");
    const chunk = /^\/v1\/sessions\/([^/]+)\/tabs\/([^/]+)\/chunks\/(\d+)$/.exec(path);
    const method = chunk === null ? (path.split("/").at(-1) ?? "") : "PutChunk";
    const hasChunks = method.startsWith("PutChunk");
    this.#inHand += hasChunks ? 1 : 0;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#inHand);
    await Bun.sleep(1);
    this.#inHand -= hasChunks ? 1 : 0;

    if (chunk !== null) {
      this.callSizes.push(1);
      return this.#putOne(fromRaw(chunk, request, body));
    }
    const message = JSON.parse(new TextDecoder().decode(body)) as RpcMessage;
    const call = this.#call(method, -1);
    const fault = this.fault(call);
    if (fault?.kind === "refuse") return Response.json(fault.body, { status: fault.status, headers: fault.headers });
    if (fault?.kind === "cut") return "cut";
    const answer = method === "PutChunks" ? this.#putMany(message.chunks ?? [], call) : this.#rpc(call, message);
    return fault?.kind === "lose_answer" ? "cut" : answer;
  }

  #call(method: string, seq: number): Call {
    const earlier = this.#calls.get(`${method} ${seq}`) ?? 0;
    this.#calls.set(`${method} ${seq}`, earlier + 1);
    return { method, seq, earlier };
  }

  #putOne(sent: SentChunk): Response | "cut" {
    const call = this.#call("PutChunk", sent.seq);
    const fault = this.fault(call);
    if (fault?.kind === "refuse") return Response.json(fault.body, { status: fault.status, headers: fault.headers });
    if (fault?.kind === "cut") return "cut";
    const answer = this.#take(sent, call);
    if (fault?.kind === "lose_answer") return "cut";
    return typeof answer === "string"
      ? refusal(400, CODES[answer] ?? "invalid_argument", answer)
      : Response.json(answer);
  }

  /** A fault of one chunk is that chunk's refusal; a cut is the whole call's. */
  #putMany(messages: readonly ChunkMessage[], call: Call): Response | "cut" {
    this.callSizes.push(messages.length);
    const faults = messages.map(({ seq }) => this.fault(this.#call("PutChunk", Number(seq))));
    if (faults.some((fault) => fault?.kind === "cut")) return "cut";
    const results = messages.map((message, index) => {
      const { sessionId, tabId, seq } = message;
      const name = { sessionId, tabId, seq: seq === "0" ? undefined : seq };
      const fault = faults[index];
      if (fault?.kind === "refuse")
        return { ...name, refused: { code: "unavailable", ...fault.body, reason: reasonOf(fault) } };
      const answer = this.#take(fromMessage(message), { method: "PutChunk", seq: Number(seq), earlier: 0 });
      if (typeof answer !== "string") return { ...name, stored: answer };
      return { ...name, refused: { code: CODES[answer] ?? "invalid_argument", reason: answer, message: answer } };
    });
    if (faults.some((fault) => fault?.kind === "lose_answer")) return "cut";
    return Response.json({ results, directive: this.directive(call) });
  }

  /** The PutChunkResponse, or the reason why not. */
  #take(sent: SentChunk, call: Call): object | string {
    const [sessionId = ""] = sent.tab.split("/");
    if (this.deleted.has(sessionId)) return "session_deleted";
    if (!this.sessions.has(sessionId)) return "session_not_found";
    const outcome = this.held.take(sent);
    if (outcome !== "stored" && outcome !== "duplicate") return outcome;
    return {
      outcome: `OUTCOME_${outcome.toUpperCase()}`,
      tab: this.held.tabState(sent.tab),
      directive: this.directive(call) ?? { action: "ACTION_CONTINUE" },
      serverTime: new Date().toISOString(),
    };
  }

  #rpc(call: Call, { sessionId, displayName, tabs = [] }: RpcMessage): Response {
    if (this.deleted.has(sessionId)) return refusal(404, "not_found", "session_deleted");
    if (call.method === "CreateSession") {
      this.sessions.set(sessionId, displayName ?? "");
      return Response.json({ session: { sessionId } });
    }
    if (!this.sessions.has(sessionId)) return refusal(404, "not_found", "session_not_found");
    for (const end of tabs) this.held.ends.set(`${sessionId}/${end.tabId}`, end.lastSeq);
    const names = [...this.held.tabs.keys()].filter((name) => name.startsWith(sessionId));
    return Response.json({
      uploadState: {
        sessionId,
        state: this.held.isComplete(sessionId) ? "SESSION_STATE_COMPLETE" : "SESSION_STATE_RECORDING",
        tabs: names.map((name) => this.held.tabState(name)),
        directive: this.directive(call),
      },
    });
  }
}

const CODES: Readonly<Record<string, string>> = {
  chunk_conflict: "already_exists",
  session_deleted: "not_found",
  session_not_found: "not_found",
};

function fromRaw(path: RegExpExecArray, { headers }: IncomingMessage, body: Uint8Array<ArrayBuffer>): SentChunk {
  return {
    tab: `${path[1]}/${path[2]}`,
    seq: Number(path[3]),
    sha256: String(headers["x-gigtrail-sha256"]),
    eventCount: Number(headers["x-gigtrail-event-count"]),
    dropped: Number(headers["x-gigtrail-dropped-events"]),
    sentTime: String(headers["x-gigtrail-client-sent-time"]),
    json: headers["content-encoding"] === "gzip" ? gunzipSync(body) : body,
  };
}

function fromMessage(message: ChunkMessage): SentChunk {
  const payload = Uint8Array.from(Buffer.from(message.payload, "base64"));
  return {
    tab: `${message.sessionId}/${message.tabId}`,
    seq: Number(message.seq),
    sha256: Buffer.from(message.sha256, "base64").toString("hex"),
    eventCount: message.eventCount,
    dropped: Number(message.droppedEvents),
    sentTime: message.clientSentTime,
    json: message.codec === "CODEC_GZIP" ? gunzipSync(payload) : payload,
  };
}

function reasonOf(fault: Fault & { kind: "refuse" }): string {
  return fault.headers?.["x-gigtrail-reason"] ?? "";
}

/** A Connect error as a gateway writes it. */
export function refusal(status: number, code: string, reason: string): Response {
  return Response.json({ code, message: `Refused: ${reason}.` }, { status, headers: { "x-gigtrail-reason": reason } });
}
