import { reasonOf } from "@gigtrail/platform/errors";
import { SESSION_COLUMNS } from "../datasets/session-columns.ts";
import { VISIT_COLUMNS } from "../datasets/visit-columns.ts";
import type { StoredDataset, StoredFormat } from "../db/schema.ts";
import { readEvents } from "../sources/read-events.ts";
import { isGone, readSessions } from "../sources/read-sessions.ts";
import { MAX_SESSIONS_PER_CALL, readVisits } from "../sources/read-visits.ts";
import type { Selection } from "../sources/selection.ts";
import type { Upstream } from "../sources/upstream.ts";
import { EventWriter } from "./event-writer.ts";
import { rowWriter } from "./row-writer.ts";

/** An export to be made. */
export interface ExportOrder {
  readonly upstream: Upstream;
  readonly selection: Selection;
  readonly dataset: StoredDataset;
  readonly format: StoredFormat;
  /** Ends all calls to other services. */
  readonly signal: AbortSignal;
  readonly meter: Meter;
}

/** Is told how an export goes on. */
export interface Meter {
  rowsWritten(count: number): void;
  sessionsDone(count: number): void;
  /** Data of these sessions follows; told before any of it is given out. */
  contains(sessionIds: readonly string[]): Promise<void>;
}

/**
 * The bytes of an export while it is made, no faster than they are taken; memory holds a page of rows or a run of
 * events. Throws `session_not_found` for a named session that is not there, `session_deleted` for one that goes
 * while it is read, and `events_expired` where it is retention that took or takes its events.
 */
export function exportBytes(order: ExportOrder): AsyncGenerator<Uint8Array> {
  switch (order.dataset) {
    case "sessions":
      return sessions(order);
    case "visits":
      return visits(order);
    case "events":
      return events(order);
  }
}

async function* sessions({ upstream, selection, format, signal, meter }: ExportOrder): AsyncGenerator<Uint8Array> {
  const writer = rowWriter(format, SESSION_COLUMNS);
  yield writer.head;
  for await (const page of readSessions(upstream, selection, signal)) {
    await meter.contains(page.map(({ sessionId }) => sessionId));
    meter.rowsWritten(page.length);
    yield writer.write(page);
    meter.sessionsDone(page.length);
  }
}

async function* visits({ upstream, selection, format, signal, meter }: ExportOrder): AsyncGenerator<Uint8Array> {
  const writer = rowWriter(format, VISIT_COLUMNS);
  yield writer.head;
  for await (const page of readSessions(upstream, selection, signal)) {
    for (let start = 0; start < page.length; start += MAX_SESSIONS_PER_CALL) {
      const sessionIds = page.slice(start, start + MAX_SESSIONS_PER_CALL).map(({ sessionId }) => sessionId);
      for await (const rows of readVisits(upstream, selection, sessionIds, signal)) {
        await meter.contains([...new Set(rows.map(({ sessionId }) => sessionId))]);
        meter.rowsWritten(rows.length);
        yield writer.write(rows);
      }
      meter.sessionsDone(sessionIds.length);
    }
  }
}

async function* events(order: ExportOrder): AsyncGenerator<Uint8Array> {
  const writer = new EventWriter(order.format);
  yield writer.head;
  for await (const page of readSessions(order.upstream, order.selection, order.signal)) {
    for (const { sessionId } of page) {
      yield* eventsOf(order, writer, sessionId);
      order.meter.sessionsDone(1);
    }
  }
}

async function* eventsOf({ upstream, selection, signal, meter }: ExportOrder, writer: EventWriter, sessionId: string) {
  let begun = false;
  try {
    for await (const run of readEvents(upstream, selection, sessionId, signal)) {
      if (!begun) await meter.contains([sessionId]);
      begun = true;
      const { bytes, rows } = writer.write(sessionId, run);
      meter.rowsWritten(rows);
      yield bytes;
    }
  } catch (error) {
    // Listed and deleted before it was read: as if it had not been listed. What retention took is listed still.
    const hasNoEvents = isGone(error) || reasonOf(error) === "events_expired";
    if (!begun && selection.sessionIds.length === 0 && hasNoEvents) return;
    throw error;
  }
  if (!writer.atLineStart) throw new Error("a session's events end in the middle of a line");
}
