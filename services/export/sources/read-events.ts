import { Code, ConnectError } from "@connectrpc/connect";
import { reasonOf } from "@gigtrail/platform/errors";
import { ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { ReadProgress } from "./read-progress.ts";
import type { Selection } from "./selection.ts";
import type { Upstream } from "./upstream.ts";

/** Times that a broken-off read is taken up again without getting any further. */
const MAX_RESUMES_IN_VAIN = 3;

/** A run of bytes of one chunk: events as stored, one a line; a line may go on in the next run. */
export interface EventRun {
  readonly tabId: string;
  /** The chunk's number. */
  readonly seq: number;
  readonly data: Uint8Array;
  /** The run ends with a whole line. */
  readonly endsLine: boolean;
}

/**
 * The events of a session, tab after tab. A service token ends after minutes, and a slow reader may take longer: then
 * the read is begun anew and what was given out is passed over. That works because a stored chunk never changes.
 * Leaving the loop, and the signal, end the call.
 */
export async function* readEvents(
  upstream: Upstream,
  { workspaceId }: Selection,
  sessionId: string,
  signal: AbortSignal,
): AsyncGenerator<EventRun> {
  const progress = new ReadProgress();
  for (let inVain = 0; ;) {
    progress.restart();
    try {
      for await (const run of callReadEvents(upstream, workspaceId, sessionId, signal)) {
        const rest = progress.take(run);
        if (rest === undefined) continue;
        inVain = 0;
        yield rest;
      }
      return;
    } catch (error) {
      inVain += 1;
      if (signal.aborted || !isBrokenOff(error) || inVain > MAX_RESUMES_IN_VAIN) throw error;
    }
  }
}

async function* callReadEvents(
  upstream: Upstream,
  workspaceId: string,
  sessionId: string,
  signal: AbortSignal,
): AsyncGenerator<EventRun> {
  const headers = await upstream.credentials("ingest", workspaceId);
  const leaving = new AbortController();
  try {
    const answers = upstream.ingest.readEvents(
      { sessionId, order: ReadEventsRequest_Order.BY_TAB },
      { headers, signal: AbortSignal.any([signal, leaving.signal]) },
    );
    for await (const { tabId, seq, data, endsLine } of answers) yield { tabId, seq: Number(seq), data, endsLine };
  } finally {
    leaving.abort();
  }
}

/** Whether the call ended for reasons of time alone. */
function isBrokenOff(error: unknown): boolean {
  return reasonOf(error) === "token_expired" || (error instanceof ConnectError && error.code === Code.DeadlineExceeded);
}
