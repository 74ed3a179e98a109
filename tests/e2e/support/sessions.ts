import { type Analysis, AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { chunkOf, newPlace, type Place, putMessage } from "./chunks.ts";
import type { Clients } from "./clients.ts";

/** A page that every recording may hold. */
export const JOB_URL = "https://www.upwork.com/jobs/~021950000000000000001";
/** When the invented recordings begin, in milliseconds since 1970. */
export const START_MS = Date.UTC(2026, 9, 5, 9);

/** The first two events of a page: its address, and an empty document. */
export function pageEvents(url = JOB_URL, atMs = START_MS): object[] {
  const document = { type: 0, childNodes: [], id: 1 };
  return [
    { type: 4, data: { href: url, width: 1280, height: 900 }, timestamp: atMs },
    { type: 2, data: { node: document, initialOffset: { left: 0, top: 0 } }, timestamp: atMs + 1 },
  ];
}

/** Mouse moves, one a second. */
export function moves(count: number, fromMs = START_MS + 1_000): object[] {
  return Array.from({ length: count }, (_, at) => ({
    type: 3,
    data: { source: 1, positions: [{ x: at, y: 7, id: 1, timeOffset: 0 }] },
    timestamp: fromMs + at * 1_000,
  }));
}

/** Records a short session as a recorder would and completes it. */
export async function recordSession(by: Pick<Clients, "ingest">, place: Place = newPlace(), url = JOB_URL) {
  await by.ingest.createSession({ sessionId: place.sessionId, displayName: "A short one" });
  await by.ingest.putChunk(putMessage(place, chunkOf(0, [...pageEvents(url), ...moves(3)])));
  await by.ingest.putChunk(putMessage(place, chunkOf(1, moves(3, START_MS + 10_000))));
  await completeSession(by, place.sessionId, [{ tabId: place.tabId, lastSeq: 1 }]);
  return place;
}

/** States the ends of a session's tabs; everything must be there. */
export async function completeSession(
  by: Pick<Clients, "ingest">,
  sessionId: string,
  tabs: readonly { tabId: string; lastSeq: number }[],
): Promise<void> {
  const ends = tabs.map(({ tabId, lastSeq }) => ({ tabId, lastSeq: BigInt(lastSeq) }));
  const { uploadState } = await by.ingest.finishSession({ sessionId, tabs: ends });
  if (uploadState?.state !== SessionState.COMPLETE) throw new Error("the session is not complete");
}

/** Follows a session's analysis until it is over. */
export async function analysed(by: Pick<Clients, "analysis">, sessionId: string): Promise<Analysis> {
  let last: Analysis | undefined;
  for await (const { analysis } of by.analysis.watchAnalysis({ sessionId })) last = analysis ?? last;
  if (last?.state !== AnalysisState.DONE)
    throw new Error(`the analysis ended with ${last?.errorReason || last?.state}`);
  return last;
}

/** Reads a session's events back, each as it is stored. */
export async function readLines(by: Pick<Clients, "ingest">, sessionId: string, tabId = ""): Promise<string[]> {
  const parts: Uint8Array[] = [];
  for await (const { data } of by.ingest.readEvents({ sessionId, tabId })) parts.push(data);
  const text = Buffer.concat(parts).toString();
  return text === "" ? [] : text.trimEnd().split("\n");
}

/** Reads a session's events back. */
export async function readEvents(by: Pick<Clients, "ingest">, sessionId: string, tabId = ""): Promise<unknown[]> {
  return (await readLines(by, sessionId, tabId)).map((line): unknown => JSON.parse(line));
}
