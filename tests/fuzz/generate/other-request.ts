import * as fc from "fast-check";
import { plainRequest, type WireRequest } from "../wire/wire-request.ts";
import { mutated } from "./mutate-bytes.ts";
import { sessionId, tabId } from "./places.ts";

const PATHS = [
  "/",
  "/docs",
  "/openapi.json",
  "/healthz/live",
  "/healthz/ready",
  "/pair",
  "/v1/events/x",
  "/v1/exports/x/file",
  "/gigtrail.ingest.v1.IngestService/",
  "/gigtrail.ingest.v1.IngestService/ListChanges",
  "/gigtrail.ingest.v1.IngestService/putchunk",
  "//gigtrail.ingest.v1.IngestService/PutChunk",
  "/gigtrail.ingest.v1.IngestService/GetUploadState?encoding=json&message=%7B%7D",
  "/gigtrail.ingest.v1.IngestService/GetUploadState?encoding=proto&base64=1&message=____",
  "/gigtrail.ingest.v1.IngestService/GetUploadState?encoding=json&compression=gzip&message=%FF",
  "/gigtrail.ingest.v1.IngestService/GetUploadState?connect=v2&encoding=x",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/v1/sessions/%ff/tabs/%00/chunks/0",
  "/__proto__",
  "/constructor",
  `/${"a".repeat(8_000)}`,
];
const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PATHS) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(sessionId, tabId)
      .map(([session, tab]) => encodeURI(`/v1/sessions/${session}/tabs/${tab}/events`)),
  },
  { weight: 1, arbitrary: fc.webPath().map((text) => text || "/") },
);

/** Requests to addresses that there are and to those that there are not. */
export const otherRequest: fc.Arbitrary<WireRequest> = fc
  .record({
    path,
    method: fc.constantFrom("GET", "GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"),
    body: fc.uint8Array({ maxLength: 64 }),
  })
  .map((request) => plainRequest({ label: "another address", ...request }));

const HEADS = [
  "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
  "POST /gigtrail.ingest.v1.IngestService/PutChunk HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello",
  "PUT /v1/sessions/a/tabs/b/chunks/0 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  "GET /docs HTTP/1.1\r\nhost: x\r\n\r\nGET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

/** Bytes that were HTTP once, or never. */
export const rawBytes: fc.Arbitrary<WireRequest> = fc
  .oneof(
    mutated(fc.constantFrom(...HEADS).map((text): Uint8Array => Buffer.from(text))),
    fc.uint8Array({ maxLength: 300 }),
  )
  .map((raw) => plainRequest({ label: "no HTTP", method: "GET", path: "/", raw }));
