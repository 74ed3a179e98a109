import type { DescMethod } from "@bufbuild/protobuf";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";

/** A chunk of 32 MiB in base64, and the JSON around it. */
const MAX_CHUNK_JSON_BYTES = 46 * 1024 * 1024;
/** Largest body of any other call, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Largest compressed chunk as a raw body, in bytes. */
export const MAX_RAW_CHUNK_BYTES = 32 * 1024 * 1024;

/** The largest body that an RPC takes, in bytes. */
export function maxBodyBytes(method: DescMethod): number {
  return method === IngestService.method.putChunk ? MAX_CHUNK_JSON_BYTES : MAX_BODY_BYTES;
}
