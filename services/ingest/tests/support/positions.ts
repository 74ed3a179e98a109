import {
  type EventPosition,
  type IngestService,
  ReadEventsRequest_Order,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { Client } from "@connectrpc/connect";

/** A line of a session's events as it was read, and where it stands. */
export interface PlacedLine {
  readonly tabId: string;
  readonly seq: number;
  readonly index: number;
  /** With its line end. */
  readonly text: string;
}

/** What to read. */
export interface ReadOptions {
  readonly order?: ReadEventsRequest_Order;
  readonly tabId?: string;
  readonly from?: Pick<EventPosition, "tabId" | "index"> & { seq: number };
}

/** Reads a session to the end, every byte of it. */
export async function readLines(
  client: Client<typeof IngestService>,
  sessionId: string,
  { order = ReadEventsRequest_Order.BY_TAB, tabId = "", from }: ReadOptions = {},
): Promise<PlacedLine[]> {
  const lines: PlacedLine[] = [];
  let parts: Uint8Array[] = [];
  const start = from === undefined ? {} : { from: { ...from, seq: BigInt(from.seq) } };
  for await (const frame of client.readEvents({ sessionId, order, tabId, ...start })) {
    parts.push(frame.data);
    if (!frame.endsLine) continue;
    const texts = Buffer.concat(parts).toString().split("\n").slice(0, -1);
    parts = [];
    // A frame that ends a long line holds nothing else, and has its number.
    for (const [more, text] of texts.entries()) {
      lines.push({ tabId: frame.tabId, seq: Number(frame.seq), index: frame.index + more, text: `${text}\n` });
    }
  }
  if (parts.length > 0) throw new Error("the stream ended within a line");
  return lines;
}
