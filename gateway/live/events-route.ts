import { fromBinary, toJson } from "@bufbuild/protobuf";
import { refusal } from "@gigtrail/platform/errors";
import { progressSubject } from "@gigtrail/platform/live";
import type { UserCaller } from "@gigtrail/platform/rpc/caller";
import { HEARTBEAT_MS } from "@gigtrail/platform/rpc/limits";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { type LiveEvent, LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import { admit } from "../admission/admit.ts";
import { NO_BODY } from "../connect/limits.ts";
import type { GatewayContext } from "../context.ts";
import { methodNotAllowed } from "../http/method-not-allowed.ts";
import { LiveQueue } from "./live-queue.ts";
import { liveState } from "./live-state.ts";

/** Streams that one process serves at most. */
const MAX_STREAMS = 5_000;
let openStreams = 0;

/**
 * `GET /v1/events`: progress as server-sent events, each `data:` a LiveEvent as JSON. How things stand comes first,
 * then every change; a comment every 8 seconds keeps the line open. Ends with the token, in an event `end`.
 */
export async function events(gateway: GatewayContext, request: Request, address: string): Promise<Response> {
  if (request.method !== "GET") throw methodNotAllowed("GET");
  const { caller, release } = await admit(gateway, request, address, AnalysisService.method.watchAnalysis, NO_BODY);
  release();
  if (caller === undefined) throw refusal("token_missing");
  if (openStreams >= MAX_STREAMS) throw refusal("server_busy", { retryAfterMs: 5_000 });
  const authorization = request.headers.get("authorization") ?? "";
  const gone = new AbortController();
  const signal = AbortSignal.any([request.signal, gone.signal]);
  const lines = sseLines(gateway, caller, authorization, signal);
  return new Response(toStream(lines, gone), { headers: { "content-type": "text/event-stream" } });
}

async function* sseLines(
  gateway: GatewayContext,
  caller: UserCaller,
  authorization: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const queue = new LiveQueue();
  // Listening comes before looking: what changes in between is told twice rather than never.
  const listening = gateway.bus.listen(progressSubject(caller.workspaceId), (message) => {
    const event = fromBinary(LiveEventSchema, message);
    if (maySee(caller, event)) queue.add(event);
  });
  openStreams += 1;
  try {
    yield ": connected\n\n";
    for await (const event of liveState(gateway, { workspaceId: caller.workspaceId, authorization, signal })) {
      yield toSse(event);
    }
    while (!signal.aborted) {
      const leftMs = caller.expireMs - Date.now();
      if (leftMs <= 0) {
        yield 'event: end\ndata: {"reason":"token_expired"}\n\n';
        return;
      }
      const event = await queue.next(Math.min(HEARTBEAT_MS, leftMs), signal);
      yield event === undefined ? ": heartbeat\n\n" : toSse(event);
    }
  } catch (error) {
    if (signal.aborted) return;
    gateway.log.warn({ error, workspace_id: caller.workspaceId }, "a live stream failed");
    yield 'event: end\ndata: {"reason":"unavailable"}\n\n';
  } finally {
    openStreams -= 1;
    await listening.stop();
  }
}

/**
 * Members see their own; admins and owners the whole workspace, but from a device only their own. Exports are for whoever
 * asked for them alone, as in ListExports.
 */
function maySee(caller: UserCaller, event: LiveEvent): boolean {
  if (event.workspaceId !== caller.workspaceId) return false;
  if (event.change.case === "export") return event.userId === caller.userId;
  return event.userId === caller.userId || (caller.role >= Role.ADMIN && caller.deviceId === undefined);
}

function toSse(event: LiveEvent): string {
  return `event: ${event.change.case ?? "none"}\ndata: ${JSON.stringify(toJson(LiveEventSchema, event))}\n\n`;
}

/** A pull stream: the next line is made when the viewer has taken the one before. */
function toStream(lines: AsyncGenerator<string>, gone: AbortController): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const next = await lines.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      gone.abort();
      await lines.return(undefined);
    },
  });
}
