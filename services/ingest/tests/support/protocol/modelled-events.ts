import { ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestClient } from "../ingest-under-test.ts";
import { readAll, type TestEvent } from "../recording.ts";
import { eventsOf, type ModelledChunk, placesOf } from "./modelled-chunk.ts";
import type { SessionModel } from "./session-model.ts";

const { BY_TAB, MERGED } = ReadEventsRequest_Order;

/** One event of a session that is read: its tab, its chunk, itself. */
export type ReadEvent = readonly [tab: number, seq: number, event: unknown];

/** A session's events in both orders. */
export interface ReadBothWays {
  readonly byTab: readonly ReadEvent[];
  readonly merged: readonly ReadEvent[];
}

/** Reads a session to its end, both ways. */
export async function readBothWays(
  client: IngestClient,
  sessionId: string,
  tabIds: readonly string[],
): Promise<ReadBothWays> {
  const read = async (order: ReadEventsRequest_Order) =>
    (await readAll(client, sessionId, order)).map((line): ReadEvent => [
      tabIds.indexOf(line.tabId),
      line.seq,
      line.event,
    ]);
  return { byTab: await read(BY_TAB), merged: await read(MERGED) };
}

/** What must be read of a session. */
export function modelledEvents({ tabs }: SessionModel): ReadBothWays {
  const inOrder = [...tabs].toSorted(([a], [b]) => a - b);
  const placed = inOrder.flatMap(([, { chunks }]) => {
    let place = -Infinity;
    return [...chunks.values()]
      .toSorted((a, b) => a.seq - b.seq)
      .flatMap((chunk) => {
        const places = placesOf(chunk);
        return eventsOf(chunk).map((event, index) => {
          place = Math.max(place, places[index] ?? place);
          return { place, read: readOf(chunk, event) };
        });
      });
  });
  // Sorting keeps the order of what has the same place: that of the tabs.
  const merged = placed.toSorted((a, b) => a.place - b.place);
  return { byTab: placed.map(({ read }) => read), merged: merged.map(({ read }) => read) };
}

function readOf({ tab, seq }: ModelledChunk, event: TestEvent): ReadEvent {
  return [tab, seq, event];
}
