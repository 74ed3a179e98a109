import { timestampNow } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { broadcastProgress } from "@gigtrail/platform/live";
import { userOf } from "@gigtrail/platform/rpc/caller";
import {
  type IngestService,
  type PutChunkRequest,
  PutChunkResponse_Outcome,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { UploadedChunk } from "../chunks/chunk-intake.ts";
import type { ChunkOutcome } from "../chunks/chunk.ts";
import type { IngestContext } from "../context.ts";
import { MAX_DROPPED_EVENTS } from "../limits.ts";
import { toStorableDate } from "@gigtrail/platform/event-time";
import { toDirective, toTabUploadState } from "../sessions/upload-state.ts";

type Rpc = ServiceImpl<typeof IngestService>["putChunk"];

/** Stores a chunk and answers with what the server holds of its tab. */
export function putChunk(service: IngestContext): Rpc {
  return async (request, context) => {
    const { workspaceId, userId } = userOf(context);
    const chunk = uploaded(request, workspaceId, userId);
    const outcome = await service.intake.store(chunk);
    if (outcome.completed) service.wake.outbox();
    if (outcome.stored) tellViewers(service, chunk, outcome);
    return {
      outcome: outcome.stored ? PutChunkResponse_Outcome.STORED : PutChunkResponse_Outcome.DUPLICATE,
      tab: toTabUploadState(outcome.tab),
      directive: toDirective(service.intake.throttleMs),
      serverTime: timestampNow(),
      maskedValues: outcome.maskedValues,
    };
  };
}

function uploaded(request: PutChunkRequest, workspaceId: string, userId: string): UploadedChunk {
  return {
    workspaceId,
    userId,
    sessionId: request.sessionId.toLowerCase(),
    tabId: request.tabId.toLowerCase(),
    seq: Number(request.seq),
    eventCount: request.eventCount,
    droppedEvents: Math.min(MAX_DROPPED_EVENTS, Number(request.droppedEvents)),
    codec: request.codec,
    sha256: request.sha256,
    payload: request.payload,
    clientSentTime: request.clientSentTime === undefined ? undefined : toStorableDate(request.clientSentTime),
  };
}

function tellViewers(
  { bus, intake }: IngestContext,
  { workspaceId, userId, sessionId }: UploadedChunk,
  { state, generation, tab }: ChunkOutcome,
): void {
  const uploadState = {
    sessionId,
    state,
    generation,
    tabs: [toTabUploadState(tab)],
    directive: toDirective(intake.throttleMs),
    serverTime: timestampNow(),
  };
  broadcastProgress(bus, { workspaceId, userId, change: { case: "uploadState", value: uploadState } });
}
