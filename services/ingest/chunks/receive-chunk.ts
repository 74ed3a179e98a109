import { create } from "@bufbuild/protobuf";
import { timestampFromDate, timestampNow } from "@bufbuild/protobuf/wkt";
import { toStorableDate } from "@gigtrail/platform/event-time";
import { broadcastProgress } from "@gigtrail/platform/live";
import type { UserCaller } from "@gigtrail/platform/rpc/caller";
import {
  type PutChunkRequest,
  type PutChunkResponse,
  PutChunkResponse_Outcome,
  PutChunkResponseSchema,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { Directive } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { IngestContext } from "../context.ts";
import { MAX_DROPPED_EVENTS } from "../limits.ts";
import { directiveFor } from "../sessions/directive.ts";
import { toTabUploadState } from "../sessions/upload-state.ts";
import type { ChunkOutcome } from "./chunk.ts";
import { clockOffsetMs, type UploadedChunk } from "./chunk-intake.ts";

/** Stores a chunk that a caller uploaded, alone or with others, and answers with what the server holds of its tab. */
export async function receiveChunk(
  service: IngestContext,
  caller: Pick<UserCaller, "workspaceId" | "userId">,
  request: PutChunkRequest,
): Promise<PutChunkResponse> {
  const chunk = uploaded(request, caller);
  const outcome = await service.intake.store(chunk);
  if (outcome.completed) service.wake.outbox();
  const directive = await directiveFor(service, chunk.workspaceId);
  if (outcome.stored) tellViewers(service, chunk, outcome, directive);
  const offsetMs = clockOffsetMs(chunk);
  return create(PutChunkResponseSchema, {
    outcome: outcome.stored ? PutChunkResponse_Outcome.STORED : PutChunkResponse_Outcome.DUPLICATE,
    tab: toTabUploadState(outcome.tab),
    directive,
    serverTime: timestampFromDate(chunk.receiveTime),
    maskedValues: outcome.maskedValues,
    cutEvents: outcome.cutEvents,
    ...(offsetMs === null ? {} : { clockOffsetMs: BigInt(offsetMs) }),
  });
}

function uploaded(
  request: PutChunkRequest,
  { workspaceId, userId }: Pick<UserCaller, "workspaceId" | "userId">,
): UploadedChunk {
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
    receiveTime: new Date(),
  };
}

function tellViewers(
  { bus }: IngestContext,
  { workspaceId, userId, sessionId }: UploadedChunk,
  { state, generation, tab }: ChunkOutcome,
  directive: Directive,
): void {
  const uploadState = {
    sessionId,
    state,
    generation,
    tabs: [toTabUploadState(tab)],
    directive,
    serverTime: timestampNow(),
  };
  broadcastProgress(bus, { workspaceId, userId, change: { case: "uploadState", value: uploadState } });
}
