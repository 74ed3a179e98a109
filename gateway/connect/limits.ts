import type { DescMethod } from "@bufbuild/protobuf";
import type { Reason } from "@gigtrail/platform/reasons";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";

/** How much of a body is read, and the reason that a larger one is refused for. */
export interface BodyLimit {
  readonly maxBytes: number;
  readonly reason: Reason;
}

/** A compressed chunk as a raw body: 32 MiB. */
export const RAW_CHUNK_LIMIT: BodyLimit = { maxBytes: 32 * 1024 * 1024, reason: "payload_too_large" };
/** A call without a body. */
export const NO_BODY: BodyLimit = { maxBytes: 0, reason: "request_too_large" };
/** A chunk of 32 MiB in base64, and the JSON around it. */
const CHUNK_JSON_LIMIT: BodyLimit = { maxBytes: 46 * 1024 * 1024, reason: "payload_too_large" };
/** 8 MiB of payloads in base64, and the JSON around 100 of them. */
const BATCH_LIMIT: BodyLimit = { maxBytes: 12 * 1024 * 1024, reason: "request_too_large" };
/** Any other call. */
const CALL_LIMIT: BodyLimit = { maxBytes: 1024 * 1024, reason: "request_too_large" };

/** How much an RPC's body may be. */
export function bodyLimit(method: DescMethod): BodyLimit {
  if (method === IngestService.method.putChunk) return CHUNK_JSON_LIMIT;
  return method === IngestService.method.putChunks ? BATCH_LIMIT : CALL_LIMIT;
}
