import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { newId } from "@gigtrail/platform/ids";
import { Codec, ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { IngestClient } from "./ingest-under-test.ts";

/** An rrweb event as tests make them. */
export interface TestEvent {
  type: number;
  timestamp: number;
  data: Record<string, unknown>;
}

/** A tab of a session. */
export interface TabName {
  sessionId: string;
  tabId: string;
}

/** A custom event that says a word; nothing in it is masked. */
export function event(word: string, timestamp = 1_700_000_000_000): TestEvent {
  return { type: 5, timestamp, data: { tag: "test", payload: { word } } };
}

/** The smallest FullSnapshot. */
export function fullSnapshot(timestamp = 1_700_000_000_000): TestEvent {
  return { type: 2, timestamp, data: { node: { type: 0, childNodes: [], id: 1 } } };
}

/** What an honest recorder sends for these events. */
export function packed(events: readonly TestEvent[], codec = Codec.IDENTITY) {
  return packedText(JSON.stringify(events), events.length, codec);
}

/** The same for a text that may be anything. */
export function packedText(text: string, eventCount: number, codec = Codec.IDENTITY) {
  const bytes = Buffer.from(text);
  const sha256 = createHash("sha256").update(bytes).digest();
  return { eventCount, codec, sha256, payload: compress(bytes, codec) };
}

function compress(bytes: Buffer, codec: Codec): Uint8Array {
  if (codec === Codec.GZIP) return gzipSync(bytes);
  return codec === Codec.ZSTD ? zstdCompressSync(bytes) : bytes;
}

/** The events that put() sends when it is given none: one that names tab and number. */
export function eventsOf(tab: TabName, seq: number): TestEvent[] {
  return [event(`${tab.tabId} ${seq}`, 1_700_000_000_000 + seq)];
}

/** Uploads a chunk. */
export function put(client: IngestClient, tab: TabName, seq: number, events = eventsOf(tab, seq)) {
  return client.putChunk({ ...tab, seq: BigInt(seq), ...packed(events) });
}

/** Opens a session under a new id. */
export async function openSession(client: IngestClient, displayName = ""): Promise<string> {
  const sessionId = newId();
  await client.createSession({ sessionId, displayName });
  return sessionId;
}

/** Opens a session and names a tab of it. */
export async function openTab(client: IngestClient): Promise<TabName> {
  return { sessionId: await openSession(client), tabId: newId() };
}

/** Finishes a session, with each tab's last number. */
export function finish(client: IngestClient, sessionId: string, ends: Readonly<Record<string, number>>) {
  const tabs = Object.entries(ends).map(([tabId, lastSeq]) => ({ tabId, lastSeq: BigInt(lastSeq) }));
  return client.finishSession({ sessionId, tabs });
}

/** One line that was read, and what its frame said of it. */
export interface ReadLine {
  tabId: string;
  seq: number;
  event: unknown;
}

/** Reads a session's events to the end. */
export async function readAll(
  client: IngestClient,
  sessionId: string,
  order = ReadEventsRequest_Order.BY_TAB,
  tabId = "",
): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  let parts: Uint8Array[] = [];
  for await (const frame of client.readEvents({ sessionId, order, tabId })) {
    parts.push(frame.data);
    if (!frame.endsLine) continue;
    const text = Buffer.concat(parts).toString();
    parts = [];
    for (const line of text.slice(0, -1).split("\n")) {
      lines.push({ tabId: frame.tabId, seq: Number(frame.seq), event: JSON.parse(line) });
    }
  }
  if (parts.length > 0) throw new Error("the stream ended within a line");
  return lines;
}

/** The events of lines. */
export function eventsIn(lines: readonly ReadLine[]): unknown[] {
  return lines.map((line) => line.event);
}
