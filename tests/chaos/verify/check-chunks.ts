import { gunzipSync } from "node:zlib";
import type { Clients } from "@gigtrail/e2e/support/clients";
import { PageInOrder } from "@gigtrail/ingest/blocks/page-in-order";
import { decodeChunk } from "@gigtrail/ingest/payload/decode-chunk";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { TabUploadState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { SentChunk, SessionEntry, TabEntry } from "../workload/ledger.ts";
import { type Check, forEach, keptSessions } from "./evidence.ts";

/** What all planted secrets begin with, and nothing else has. */
const SECRET = "s3cr3t";

/**
 * Every chunk that was sent is acknowledged; what each tab gives back is, to the byte, the masked form of what was sent,
 * once and in order; what is missing is said to be; what was lost before it was sent is reported as dropped.
 */
export const checkChunks: Check = ({ ledger }) =>
  forEach(keptSessions(ledger), nameOf, async (entry) => {
    const clients = await entry.account.clients();
    const { sessionId } = entry;
    const { session } = await clients.ingest.getSession({ sessionId });
    const { uploadState } = await clients.ingest.getUploadState({ sessionId });
    const found: string[] = [];
    for (const tab of entry.tabs.values()) {
      const state = uploadState?.tabs.find(({ tabId }) => tabId === tab.tabId);
      found.push(...checkNumbers(tab, state), ...checkEvents(tab), ...(await checkBytes(clients, entry, tab)));
    }
    const sent = [...entry.tabs.values()].flatMap((tab) => [...tab.chunks.values()]);
    const dropped = sent.reduce((total, { chunk }) => total + chunk.droppedEvents, 0);
    if (Number(session?.droppedEvents) !== dropped)
      found.push(`${session?.droppedEvents} events are said to be dropped, ${dropped} were reported`);
    if (Number(session?.chunkCount) !== sent.length)
      found.push(`${session?.chunkCount} chunks are said to be there, ${sent.length} were sent`);
    return found;
  });

function nameOf({ sessionId }: SessionEntry): string {
  return `session ${sessionId}`;
}

/** Which chunks there are: all that were sent, and of the others the server says that they are missing. */
function checkNumbers({ tabId, chunks }: TabEntry, state: TabUploadState | undefined): string[] {
  const found: string[] = [];
  const last = Math.max(-1, ...chunks.keys());
  const gaps: number[] = [];
  for (let seq = 0; seq <= last; seq += 1) {
    const sent = chunks.get(seq);
    if (sent === undefined) gaps.push(seq);
    else if (!sent.acknowledged) found.push(`chunk ${seq} of ${tabId} was never acknowledged`);
  }
  const missing = (state?.missing ?? []).flatMap(({ first, last: end }) =>
    Array.from({ length: Number(end - first) + 1 }, (_, index) => Number(first) + index),
  );
  if (last >= 0 && missing.join() !== gaps.join())
    found.push(`chunks ${missing.join()} of ${tabId} are said to be missing, ${gaps.join()} are`);
  return found;
}

/** That the recorder brought every event that it kept into chunks, once and in order, and reported the others. */
function checkEvents({ tabId, chunks, batches }: TabEntry): string[] {
  const found: string[] = [];
  const sentMs = new Set<number>();
  let latest = -Infinity;
  let dropped = 0;
  for (const { chunk } of inOrder(chunks)) {
    dropped += chunk.droppedEvents;
    const events: { timestamp: number }[] = JSON.parse(gunzipSync(chunk.payload).toString());
    for (const { timestamp } of events) {
      if (timestamp <= latest) found.push(`an event of ${tabId} was sent twice or out of order`);
      latest = timestamp;
      sentMs.add(timestamp);
    }
  }
  let lost = 0;
  for (const { fromMs, count, fate } of batches) {
    const here = Array.from({ length: count }, (_, index) => fromMs + index).filter((ms) => sentMs.has(ms)).length;
    if (fate === "kept" && here < count) found.push(`${count - here} events of ${tabId} were kept and never sent`);
    if (fate === "asked") found.push(`${count} events of ${tabId} were neither kept nor refused`);
    if (fate === "unknown") lost += count - here;
  }
  if (lost > dropped) found.push(`${lost} events of ${tabId} are lost, and ${dropped} reported as dropped`);
  return found;
}

async function checkBytes({ ingest }: Clients, { sessionId }: SessionEntry, { tabId, chunks }: TabEntry) {
  const parts: Uint8Array[] = [];
  for await (const { data } of ingest.readEvents({ sessionId, tabId })) parts.push(data);
  const stored = Buffer.concat(parts);
  const found: string[] = [];
  if (stored.includes(SECRET)) found.push(`a planted secret can be read in ${tabId}`);
  const expected = expectedBytes(chunks);
  if (stored.equals(expected)) return found;
  const at = stored.findIndex((byte, index) => byte !== expected[index]);
  const first = at === -1 ? Math.min(stored.length, expected.length) : at;
  return [
    ...found,
    `tab ${tabId} gives ${stored.length} bytes in place of ${expected.length}, other ones from ${first} on`,
  ];
}

/** What a tab must give: the masked events of all chunks, without those of pages that are never recorded. */
function expectedBytes(chunks: ReadonlyMap<number, SentChunk>): Buffer {
  const page = new PageInOrder();
  return Buffer.concat(
    inOrder(chunks).map(({ chunk }) => {
      const decoded = decodeChunk({
        codec: Codec.GZIP,
        payload: chunk.payload,
        sha256: Buffer.from(chunk.sha256, "hex"),
        eventCount: chunk.eventCount,
        latestMs: Infinity,
      });
      const skipped = page.pass({ seq: chunk.seq, ...decoded });
      return withoutLines(decoded.ndjson, skipped);
    }),
  );
}

function withoutLines(ndjson: Uint8Array, count: number): Uint8Array {
  let at = 0;
  for (let line = 0; line < count; line += 1) at = ndjson.indexOf(0x0a, at) + 1;
  return ndjson.subarray(at);
}

function inOrder(chunks: ReadonlyMap<number, SentChunk>): SentChunk[] {
  return [...chunks].toSorted(([a], [b]) => a - b).map(([, sent]) => sent);
}
