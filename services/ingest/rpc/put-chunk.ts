import type { ServiceImpl } from "@connectrpc/connect";
import { userOf } from "@gigtrail/platform/rpc/caller";
import type { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { receiveChunk } from "../chunks/receive-chunk.ts";
import type { IngestContext } from "../context.ts";

type Rpc = ServiceImpl<typeof IngestService>["putChunk"];

/** Stores a chunk and answers with what the server holds of its tab. */
export function putChunk(service: IngestContext): Rpc {
  return (request, context) => receiveChunk(service, userOf(context), request);
}
