import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "bun";

/** What the server does with one call instead of answering it. */
export type Fault =
  | { kind: "refuse"; status: number; body: object; headers?: Record<string, string> }
  /** The connection breaks before the call has had an effect. */
  | { kind: "cut" }
  /** The call has its effect, the answer is lost. */
  | { kind: "lose_answer" };

/** One call as a fault is decided by. */
export interface Call {
  /** `CreateSession`, `GetUploadState`, `FinishSession` or `PutChunk`. */
  method: string;
  /** Of a chunk; -1 else. */
  seq: number;
  /** How many calls of this method and seq there were before. */
  earlier: number;
}

/** A chunk as the server holds it. */
export interface StoredChunk {
  sha256: string;
  events: unknown[];
  dropped: number;
}

/** A server of the upload's four calls over real HTTP, with faults on demand. Of node:http, which can break off. */
export class UploadServer {
  /** session/tab → seq → chunk. */
  readonly tabs = new Map<string, Map<number, StoredChunk>>();
  /** Ends as stated: session/tab → last seq. */
  readonly ends = new Map<string, number>();
  /** Sessions that were opened, with their names. */
  readonly sessions = new Map<string, string>();
  /** Bodies that arrived and were taken, duplicates included. */
  readonly received: string[] = [];
  /** Tokens that calls came with. */
  readonly tokens: string[] = [];
  /** Most chunks that were in hand at once. */
  mostAtOnce = 0;
  fault: (call: Call) => Fault | undefined = () => undefined;
  /** Added to each answer to a chunk. */
  directive: (call: Call) => object | undefined = () => undefined;
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

  /** The events of a tab in their order; throws when a chunk is missing. */
  eventsOf(sessionId: string, tabId: string): unknown[] {
    const chunks = this.tabs.get(`${sessionId}/${tabId}`) ?? new Map<number, StoredChunk>();
    return Array.from({ length: chunks.size }, (_, seq) => {
      const chunk = chunks.get(seq);
      if (chunk === undefined) throw new Error(`chunk ${seq} of ${chunks.size} is missing`);
      return chunk.events;
    }).flat();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.#handle(request, new Uint8Array(await buffer(request)));
    if (answer === "cut") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  }

  async #handle(request: IncomingMessage, body: Uint8Array<ArrayBuffer>): Promise<Response | "cut"> {
    const path = request.url ?? "";
    this.tokens.push(request.headers.authorization ?? "");
    const chunk = /^\/v1\/sessions\/([^/]+)\/tabs\/([^/]+)\/chunks\/(\d+)$/.exec(path);
    const method = chunk === null ? (path.split("/").at(-1) ?? "") : "PutChunk";
    const seq = chunk === null ? -1 : Number(chunk[3]);
    const earlier = this.#calls.get(`${method} ${seq}`) ?? 0;
    this.#calls.set(`${method} ${seq}`, earlier + 1);
    const call = { method, seq, earlier };

    this.#inHand += chunk === null ? 0 : 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#inHand);
    await Bun.sleep(1);
    this.#inHand -= chunk === null ? 0 : 1;

    const fault = this.fault(call);
    if (fault?.kind === "refuse") return Response.json(fault.body, { status: fault.status, headers: fault.headers });
    if (fault?.kind === "cut") return "cut";
    const answer =
      chunk === null
        ? this.#rpc(method, JSON.parse(new TextDecoder().decode(body)) as RpcMessage)
        : this.#put(call, `${chunk[1]}/${chunk[2]}`, request.headers, body);
    return fault?.kind === "lose_answer" ? "cut" : answer;
  }

  #put(call: Call, tab: string, headers: IncomingHttpHeaders, body: Uint8Array<ArrayBuffer>): Response {
    const json = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    const sha256 = new Bun.CryptoHasher("sha256").update(json).digest("hex");
    const events = JSON.parse(new TextDecoder().decode(json)) as unknown[];
    if (headers["x-gigtrail-sha256"] !== sha256) return refusal(400, "invalid_argument", "sha256_mismatch");
    if (headers["x-gigtrail-event-count"] !== String(events.length)) {
      return refusal(400, "invalid_argument", "event_count_wrong");
    }
    if (Number.isNaN(Date.parse(String(headers["x-gigtrail-client-sent-time"])))) {
      return refusal(400, "invalid_argument", "request_invalid");
    }
    const chunks = this.tabs.get(tab) ?? new Map<number, StoredChunk>();
    this.tabs.set(tab, chunks);
    const held = chunks.get(call.seq);
    if (held !== undefined && held.sha256 !== sha256) return refusal(409, "already_exists", "chunk_conflict");
    this.received.push(`${tab}/${call.seq}`);
    if (held === undefined) {
      chunks.set(call.seq, { sha256, events, dropped: Number(headers["x-gigtrail-dropped-events"]) });
    }
    return Response.json({
      outcome: held === undefined ? "OUTCOME_STORED" : "OUTCOME_DUPLICATE",
      tab: this.#tabState(tab),
      directive: this.directive(call) ?? { action: "ACTION_CONTINUE" },
      serverTime: new Date().toISOString(),
    });
  }

  #rpc(method: string, message: RpcMessage): Response {
    if (method === "CreateSession") {
      this.sessions.set(message.sessionId, message.displayName ?? "");
      return Response.json({ session: { sessionId: message.sessionId } });
    }
    if (!this.sessions.has(message.sessionId)) return refusal(404, "not_found", "session_not_found");
    for (const end of message.tabs ?? []) this.ends.set(`${message.sessionId}/${end.tabId}`, end.lastSeq);
    const names = [...this.tabs.keys()].filter((name) => name.startsWith(message.sessionId));
    const complete = this.ends.size > 0 && [...this.ends].every(([tab, last]) => this.#durableThrough(tab) >= last);
    return Response.json({
      uploadState: {
        sessionId: message.sessionId,
        state: complete ? "SESSION_STATE_COMPLETE" : "SESSION_STATE_RECORDING",
        tabs: names.map((name) => this.#tabState(name)),
      },
    });
  }

  /** As protobuf writes JSON: 64-bit numbers as strings, zeros left out. */
  #tabState(tab: string): object {
    const through = this.#durableThrough(tab);
    const highest = Math.max(...(this.tabs.get(tab)?.keys() ?? []), this.ends.get(tab) ?? -1);
    const missing: { first: string; last: string }[] = [];
    for (let seq = through + 1; seq < highest && missing.length < 100; seq += 1) {
      if (this.tabs.get(tab)?.has(seq) === true) continue;
      const last = missing.at(-1);
      if (last !== undefined && Number(last.last) === seq - 1) last.last = String(seq);
      else missing.push({ first: String(seq), last: String(seq) });
    }
    return {
      tabId: tab.split("/")[1],
      durableThrough: through === 0 ? undefined : String(through),
      missing,
      lastSeq: "-1",
    };
  }

  #durableThrough(tab: string): number {
    let through = -1;
    while (this.tabs.get(tab)?.has(through + 1) === true) through += 1;
    return through;
  }
}

interface RpcMessage {
  sessionId: string;
  displayName?: string;
  tabs?: { tabId: string; lastSeq: number }[];
}

/** A Connect error as a gateway writes it. */
export function refusal(status: number, code: string, reason: string): Response {
  return Response.json({ code, message: `Refused: ${reason}.` }, { status, headers: { "x-gigtrail-reason": reason } });
}
