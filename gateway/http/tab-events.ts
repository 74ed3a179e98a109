import { createClient } from "@connectrpc/connect";
import { HEARTBEAT_MS } from "@gigtrail/platform/rpc/limits";
import { IngestService, ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { admit } from "../admission/admit.ts";
import { forwardedHeaders } from "../connect/forwarded-headers.ts";
import { NO_BODY } from "../connect/limits.ts";
import type { GatewayContext } from "../context.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { PlayableEvents } from "./playable-events.ts";
import { pullStream } from "./pull-stream.ts";

/** `GET /v1/sessions/{session_id}/tabs/{tab_id}/events` */
export const TAB_EVENTS_PATH = /^\/v1\/sessions\/([^/]+)\/tabs\/([^/]+)\/events$/;

/**
 * Sends a tab's events as a JSON array that rrweb's player can play: from the Meta event before the first FullSnapshot on.
 * A tab without one, or that never was, is an empty array, as it is nothing to ReadEvents. Memory does not grow with the
 * tab. What is refused is refused before the first byte; what breaks off cuts the connection.
 */
export async function tabEvents(
  gateway: GatewayContext,
  request: Request,
  address: string,
  [, sessionId = "", tabId = ""]: RegExpExecArray,
): Promise<Response> {
  if (request.method !== "GET") throw methodNotAllowed("GET");
  const { release } = await admit(gateway, request, address, IngestService.method.readEvents, NO_BODY);
  release();
  const gone = new AbortController();
  const answers = createClient(IngestService, gateway.transport("ingest")).readEvents(
    { sessionId, tabId, order: ReadEventsRequest_Order.BY_TAB },
    { headers: forwardedHeaders(request.headers), signal: AbortSignal.any([request.signal, gone.signal]) },
  );
  const frames = answers[Symbol.asyncIterator]();
  // With the first frame the call has been let through.
  const first = await frames.next();
  const bytes = toArray(first, frames);
  return new Response(pullStream(bytes, gone, gateway.log), {
    headers: {
      "content-type": "application/json",
      // Both ids have passed as UUIDs by now (RFC 6266).
      "content-disposition": `attachment; filename="${sessionId}.${tabId}.rrweb.json"`,
    },
  });
}

type Frames = AsyncIterator<{ data: Uint8Array }, unknown, undefined>;

async function* toArray(first: Awaited<ReturnType<Frames["next"]>>, frames: Frames): AsyncGenerator<Uint8Array> {
  const events = new PlayableEvents();
  yield Buffer.from("[");
  let sentMs = Date.now();
  for (let next = first; next.done !== true; next = await frames.next()) {
    for (const bytes of events.take(next.value.data)) {
      yield bytes;
      sentMs = Date.now();
    }
    if (Date.now() - sentMs < HEARTBEAT_MS) continue;
    // Looking for the first FullSnapshot takes long, and a quiet connection is cut: JSON allows space here.
    yield Buffer.from(" ");
    sentMs = Date.now();
  }
  events.end();
  yield Buffer.from("]");
}
