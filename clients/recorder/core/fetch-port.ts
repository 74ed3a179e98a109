import { hexToBase64, toBase64 } from "./base64.ts";
import { readConnectError } from "./connect-error.ts";
import type { ContentEncoding, EncodedChunk } from "./encode-chunk.ts";
import { readChunkAnswer, readChunksAnswer, readUploadState } from "./read-answer.ts";
import { UploadError } from "./upload-error.ts";
import type { AddressedChunk, UploadPort } from "./upload-port.ts";

const SERVICE = "gigtrail.ingest.v1.IngestService";

/** A call that takes longer is given up and repeated; 32 MiB need 2.2 Mbit/s to be through in time. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 120_000;

/** What the port works with. */
export interface FetchPortOptions {
  /** Address of the gateway, for example `http://127.0.0.1:8080`. */
  baseUrl: string;
  /**
   * Gives a valid access token; `refused` is one that the server has just called ended, so it must give another. What
   * it throws comes out as the cause of an UploadError `token_unavailable`; an UploadError of its own comes out as it is.
   */
  accessToken: (refused?: string) => Promise<string>;
  /** A call that takes longer is given up, in milliseconds. Default: DEFAULT_REQUEST_TIMEOUT_MS. */
  requestTimeoutMs?: number;
}

/**
 * Uploads through `fetch` alone: a chunk as a raw body (Connect JSON costs a third more for base64), many small ones
 * and the rest as Connect JSON. Runs in a page, a service worker and Bun, and needs no protobuf runtime.
 */
export function createFetchPort(options: FetchPortOptions): UploadPort {
  const { baseUrl, accessToken, requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
  const root = baseUrl.replace(/\/+$/, "");

  async function request(path: string, init: RequestInit, signal?: AbortSignal): Promise<unknown> {
    let refused: string | undefined;
    for (;;) {
      const token = await accessToken(refused).catch(rethrowTokenFailure);
      const answer = await attempt(path, init, token, signal);
      if (!(answer instanceof UploadError)) return answer.json;
      // Once: a token that is refused fresh is not mended by another one.
      if (answer.reason !== "token_expired" || refused !== undefined) throw answer;
      refused = token;
    }
  }

  async function attempt(
    path: string,
    init: RequestInit,
    token: string,
    signal?: AbortSignal,
  ): Promise<{ json: unknown } | UploadError> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    const timeout = AbortSignal.timeout(requestTimeoutMs);
    const signals = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      const response = await fetch(root + path, { ...init, headers, signal: signals });
      return response.ok ? { json: parseJson(await response.text()) } : await readConnectError(response);
    } catch (cause) {
      signal?.throwIfAborted();
      return new UploadError("The server cannot be reached.", {
        code: "unavailable",
        reason: "server_unreachable",
        cause,
      });
    }
  }

  function call(method: string, message: object, signal?: AbortSignal): Promise<unknown> {
    const headers = { "content-type": "application/json", "connect-protocol-version": "1" };
    return request(`/${SERVICE}/${method}`, { method: "POST", headers, body: JSON.stringify(message) }, signal);
  }

  return {
    async createSession(sessionId, displayName, signal) {
      await call("CreateSession", { sessionId, displayName }, signal);
    },
    async putChunk(sessionId, tabId, chunk, signal) {
      const path = `/v1/sessions/${encodeURIComponent(sessionId)}/tabs/${encodeURIComponent(tabId)}/chunks/${chunk.seq}`;
      const init = { method: "PUT", headers: chunkHeaders(chunk), body: chunk.payload };
      return readChunkAnswer(await request(path, init, signal));
    },
    async putChunks(chunks, signal) {
      const clientSentTime = new Date().toISOString();
      const message = { chunks: chunks.map((chunk) => ({ ...chunkMessage(chunk), clientSentTime })) };
      return readChunksAnswer(await call("PutChunks", message, signal), chunks);
    },
    async getUploadState(sessionId, signal) {
      return readUploadState(await call("GetUploadState", { sessionId }, signal));
    },
    async finishSession(sessionId, tabs, signal) {
      return readUploadState(await call("FinishSession", { sessionId, tabs }, signal));
    },
  };
}

function chunkHeaders(chunk: EncodedChunk): Record<string, string> {
  return {
    "content-type": "application/json",
    "content-encoding": chunk.encoding,
    "x-gigtrail-sha256": chunk.sha256,
    "x-gigtrail-event-count": String(chunk.eventCount),
    "x-gigtrail-dropped-events": String(chunk.droppedEvents),
    "x-gigtrail-client-sent-time": new Date().toISOString(),
  };
}

const CODECS: Readonly<Record<ContentEncoding, string>> = {
  identity: "CODEC_IDENTITY",
  gzip: "CODEC_GZIP",
  zstd: "CODEC_ZSTD",
};

/** A PutChunkRequest as protobuf's JSON has it: 64-bit numbers as texts, bytes as base64. */
function chunkMessage({ sessionId, tabId, chunk }: AddressedChunk): object {
  return {
    sessionId,
    tabId,
    seq: String(chunk.seq),
    eventCount: chunk.eventCount,
    droppedEvents: String(chunk.droppedEvents),
    codec: CODECS[chunk.encoding],
    sha256: hexToBase64(chunk.sha256),
    payload: toBase64(chunk.payload),
  };
}

function rethrowTokenFailure(cause: unknown): never {
  if (cause instanceof UploadError) throw cause;
  throw new UploadError("There is no access token; sign in again.", {
    code: "unauthenticated",
    reason: "token_unavailable",
    cause,
  });
}

/** Undefined for what is no JSON; the readers of the answers refuse that. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
