import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { toJson } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { Codec, IngestService, PutChunkResponseSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { admit } from "../admission/admit.ts";
import { EDGE_DEADLINE_MS } from "../connect/forward.ts";
import { forwardedHeaders } from "../connect/forwarded-headers.ts";
import { RAW_CHUNK_LIMIT } from "../connect/limits.ts";
import type { GatewayContext } from "../context.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { readBody } from "./read-body.ts";

/** `PUT /v1/sessions/{session_id}/tabs/{tab_id}/chunks/{seq}` */
export const CHUNK_PATH = /^\/v1\/sessions\/([^/]+)\/tabs\/([^/]+)\/chunks\/(\d{1,16})$/;

const CODECS: Readonly<Record<string, Codec>> = { identity: Codec.IDENTITY, gzip: Codec.GZIP, zstd: Codec.ZSTD };

/** Takes a chunk as a raw body, for those who would not pay for base64: the same call, the same answer. */
export async function putChunk(
  gateway: GatewayContext,
  request: Request,
  address: string,
  [, sessionId = "", tabId = "", seq = ""]: RegExpExecArray,
): Promise<Response> {
  if (request.method !== "PUT") throw methodNotAllowed("PUT");
  const { release } = await admit(gateway, request, address, IngestService.method.putChunk, RAW_CHUNK_LIMIT);
  try {
    const payload = await readBody(request, RAW_CHUNK_LIMIT);
    const answer = await createClient(IngestService, gateway.transport("ingest")).putChunk(
      { sessionId, tabId, seq: BigInt(seq), payload, ...fromHeaders(request.headers) },
      { headers: forwardedHeaders(request.headers), signal: request.signal, timeoutMs: EDGE_DEADLINE_MS },
    );
    return Response.json(toJson(PutChunkResponseSchema, answer, { alwaysEmitImplicit: true }));
  } finally {
    release();
  }
}

function fromHeaders(headers: Headers) {
  const sent = headers.get("x-gigtrail-client-sent-time");
  return {
    codec: CODECS[headers.get("content-encoding") ?? "identity"] ?? Codec.UNSPECIFIED,
    sha256: Buffer.from(headers.get("x-gigtrail-sha256") ?? "", "hex"),
    eventCount: wholeNumber(headers, "x-gigtrail-event-count"),
    droppedEvents: BigInt(wholeNumber(headers, "x-gigtrail-dropped-events")),
    ...(sent === null ? {} : { clientSentTime: timestampFromDate(instant(sent)) }),
  };
}

function wholeNumber(headers: Headers, name: string): number {
  const text = headers.get(name) ?? "0";
  if (!/^\d{1,9}$/.test(text)) throw refusal("request_invalid", { message: `${name} must be a whole number.` });
  return Number(text);
}

function instant(text: string): Date {
  const date = new Date(text);
  // Date reads more than RFC 3339, and years that a Timestamp cannot hold.
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(date.getTime())) {
    throw refusal("request_invalid", { message: "x-gigtrail-client-sent-time must be an RFC 3339 time." });
  }
  return date;
}
