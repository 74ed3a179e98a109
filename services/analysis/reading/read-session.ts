import { type Client, createClient } from "@connectrpc/connect";
import { IngestService, ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { Surroundings } from "@gigtrail/platform/service";
import type { SessionName } from "../db/session-name.ts";
import { TURN_MS } from "../limits.ts";
import { LineReader } from "./line-reader.ts";

/** The way to ingest. */
export type IngestAccess = Pick<Surroundings, "transport" | "credentials">;

/** An event of a tab as JSON. */
export interface EventLine {
  readonly tabId: string;
  readonly line: string;
}

/** A session that can be read. */
export interface ReadableSession {
  /** Events that ingest has stored of it. */
  readonly eventCount: number;
  /** Its events, all tabs merged; read no faster than they are taken. Ends early only by throwing. */
  events(): AsyncGenerator<readonly EventLine[]>;
}

/** Asks ingest for a session. Throws `session_not_found`, `session_deleted` and what the way there has in store. */
export async function openSession(
  { transport, credentials }: IngestAccess,
  { workspaceId, sessionId }: SessionName,
  signal: AbortSignal,
): Promise<ReadableSession> {
  const ingest = createClient(IngestService, transport("ingest"));
  const headers = await credentials("ingest", workspaceId);
  const { session } = await ingest.getSession({ sessionId }, { headers, signal });
  return {
    eventCount: Number(session?.eventCount ?? 0),
    events: () => readEvents(ingest, sessionId, headers, signal),
  };
}

async function* readEvents(
  ingest: Client<typeof IngestService>,
  sessionId: string,
  headers: HeadersInit,
  signal: AbortSignal,
): AsyncGenerator<readonly EventLine[]> {
  // Leaving a loop over a stream does not end the call everywhere; aborting it does.
  const leaving = new AbortController();
  const request = { sessionId, order: ReadEventsRequest_Order.MERGED };
  const lines = new LineReader();
  try {
    const frames = ingest.readEvents(request, { headers, signal: AbortSignal.any([signal, leaving.signal]) });
    let turnEndMs = performance.now() + TURN_MS;
    for await (const frame of frames) {
      yield Array.from(lines.read(frame), (line) => ({ tabId: frame.tabId, line }));
      if (performance.now() < turnEndMs) continue;
      // In one process a stream may go on without ever leaving the microtasks: let leases and other calls have a turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
      turnEndMs = performance.now() + TURN_MS;
    }
    signal.throwIfAborted();
    lines.end();
  } finally {
    leaving.abort();
  }
}
