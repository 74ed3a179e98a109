import { afterAll, beforeAll, expect, test } from "bun:test";
import { timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Session } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, finish, openTab, packed, type TabName } from "./support/recording.ts";

const HOUR_MS = 60 * 60_000;
/** What a call may take here at most; clocks are off by far more. */
const SLACK_MS = 60_000;

let ingest: IngestUnderTest;
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(person());
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** Uploads a chunk from a client whose clock is off by so much. */
function sendWith(clockOffMs: number, tab: TabName, seq: number) {
  const clientMs = Date.now() + clockOffMs;
  return client.putChunk({
    ...tab,
    seq: BigInt(seq),
    ...packed([event("now", clientMs)]),
    clientSentTime: timestampFromMs(clientMs),
  });
}

async function sessionOf(tab: TabName): Promise<Session> {
  const { session } = await client.getSession(tab);
  if (session === undefined) throw new Error("no session");
  return session;
}

test("a clock that is wrong is measured with each chunk, and times are given raw and corrected", async () => {
  const tab = await openTab(client);
  const { clockOffsetMs } = await sendWith(-5 * HOUR_MS, tab, 0);
  expect(Math.abs(Number(clockOffsetMs) - 5 * HOUR_MS)).toBeLessThan(SLACK_MS);
  const session = await sessionOf(tab);
  expect(Math.abs(Number(session.clockOffsetMs) - 5 * HOUR_MS)).toBeLessThan(SLACK_MS);
  const { firstEventTime: raw, correctedFirstEventTime: corrected } = session;
  if (raw === undefined || corrected === undefined) throw new Error("a time is missing");
  expect(timestampMs(corrected) - timestampMs(raw)).toBe(Number(session.clockOffsetMs));
  expect(Math.abs(timestampMs(corrected) - Date.now())).toBeLessThan(SLACK_MS);
});

test("of several measurements the least counts: what took longest on its way says least", async () => {
  const tab = await openTab(client);
  await sendWith(-3 * HOUR_MS, tab, 0);
  const { clockOffsetMs: least } = await sendWith(-2 * HOUR_MS, tab, 1);
  await sendWith(-4 * HOUR_MS, tab, 2);
  expect((await sessionOf(tab)).clockOffsetMs).toBe(least);
});

test("the offset is frozen when the session is complete: a chunk that comes later moves no time", async () => {
  const tab = await openTab(client);
  await sendWith(-HOUR_MS, tab, 0);
  await finish(client, tab.sessionId, { [tab.tabId]: 0 });
  const before = await sessionOf(tab);
  await sendWith(-9 * HOUR_MS, tab, 1);
  await sendWith(9 * HOUR_MS, tab, 2);
  const after = await sessionOf(tab);
  expect(after.generation).toBeGreaterThan(before.generation);
  expect(after.clockOffsetMs).toBe(before.clockOffsetMs);
});

test("without the client's word there is no offset and no corrected time", async () => {
  const tab = await openTab(client);
  const answer = await client.putChunk({ ...tab, seq: 0n, ...packed([event("now", Date.now())]) });
  expect(answer.clockOffsetMs).toBeUndefined();
  const session = await sessionOf(tab);
  expect(session.firstEventTime).toBeDefined();
  expect(session.clockOffsetMs).toBeUndefined();
  expect(session.correctedFirstEventTime).toBeUndefined();
});

test("events dated years off are kept and counted, and do not count for the session's times", async () => {
  const tab = await openTab(client);
  const nowMs = Date.now();
  const years = 366 * 24 * HOUR_MS;
  const events = [
    event("rightly dated", nowMs),
    event("in the future", nowMs + 3 * years),
    event("long ago", nowMs - 30 * years),
    event("rightly dated", nowMs + 5),
  ];
  await client.putChunk({ ...tab, seq: 0n, ...packed(events), clientSentTime: timestampFromMs(nowMs + 10) });
  const session = await sessionOf(tab);
  expect(session).toMatchObject({ eventCount: 4n, misdatedEvents: 2n });
  expect([session.firstEventTime, session.lastEventTime]).toEqual([timestampFromMs(nowMs), timestampFromMs(nowMs + 5)]);
});
