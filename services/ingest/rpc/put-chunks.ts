import { create } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import { createValidator, type Validator } from "@bufbuild/protovalidate";
import { Code, type ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { reasonOf, refusal, retryAfterMsOf, toPublicError } from "@gigtrail/platform/errors";
import { userOf } from "@gigtrail/platform/rpc/caller";
import {
  type ChunkRefusal,
  ChunkRefusalSchema,
  type ChunkResult,
  ChunkResultSchema,
  type IngestService,
  type PutChunkRequest,
  PutChunkRequestSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { receiveChunk } from "../chunks/receive-chunk.ts";
import type { IngestContext } from "../context.ts";
import { MAX_BATCH_BYTES } from "../limits.ts";
import { directiveFor } from "../sessions/directive.ts";

type Rpc = ServiceImpl<typeof IngestService>["putChunks"];

/**
 * Stores many chunks on the way of a single one: they are prepared side by side and share groups, and each has its own
 * answer.
 */
export function putChunks(service: IngestContext): Rpc {
  const validator = createValidator();
  return async ({ chunks }, context) => {
    const caller = userOf(context);
    const bytes = chunks.reduce((total, { payload }) => total + payload.length, 0);
    if (bytes > MAX_BATCH_BYTES) {
      throw refusal("request_too_large", { message: `A batch takes at most ${MAX_BATCH_BYTES} bytes of payloads.` });
    }
    const results = await Promise.all(
      chunks.map((chunk) =>
        validated(validator, chunk)
          .then((valid) => receiveChunk(service, caller, valid))
          .then(
            (value) => toResult(chunk, { case: "stored", value }),
            (error: unknown) => toResult(chunk, { case: "refused", value: refusedAs(service, error) }),
          ),
      ),
    );
    return { results, directive: await directiveFor(service, caller.workspaceId), serverTime: timestampNow() };
  };
}

/** The rules that the interceptor checks for a call are checked here for each chunk: one does not fail the others. */
async function validated(validator: Validator, chunk: PutChunkRequest): Promise<PutChunkRequest> {
  const { kind, error } = validator.validate(PutChunkRequestSchema, chunk);
  if (kind === "invalid") throw refusal("request_invalid", { message: error.message });
  if (kind === "error") throw error;
  return chunk;
}

function toResult({ sessionId, tabId, seq }: PutChunkRequest, result: ChunkResult["result"]): ChunkResult {
  return create(ChunkResultSchema, { sessionId, tabId, seq, result });
}

/** Counted and logged here, since the call itself succeeds. */
function refusedAs({ metrics, log }: IngestContext, error: unknown): ChunkRefusal {
  const said: ConnectError = toPublicError(error);
  const reason = reasonOf(said) ?? "internal";
  metrics.refused(reason);
  if (said.code === Code.Internal) log.error({ error, reason }, "a chunk of a batch failed");
  const retryAfterMs = BigInt(retryAfterMsOf(said));
  return create(ChunkRefusalSchema, { code: codeToString(said.code), reason, message: said.rawMessage, retryAfterMs });
}
