import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { newId } from "@gigtrail/platform/ids";
import { Codec, PutChunkResponse_Outcome } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { packName } from "../blocks/pack.ts";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import {
  event,
  eventsIn,
  eventsOf,
  finish,
  fullSnapshot,
  openSession,
  openTab,
  packed,
  put,
  readAll,
  type TabName,
} from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";

let ingest: IngestUnderTest;
const alice = person();
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

async function tabStateAfter(tab: TabName, seq: number) {
  const { tab: state } = await put(client, tab, seq);
  return {
    durableThrough: Number(state?.durableThrough),
    missing: state?.missing.map(({ first, last }) => [Number(first), Number(last)]),
  };
}

describe("a chunk", () => {
  test("may come in any order, and each answer says what is there and what is not", async () => {
    const tab = await openTab(client);
    expect(await tabStateAfter(tab, 4)).toEqual({ durableThrough: -1, missing: [[0, 3]] });
    expect(await tabStateAfter(tab, 1)).toEqual({
      durableThrough: -1,
      missing: [
        [0, 0],
        [2, 3],
      ],
    });
    expect(await tabStateAfter(tab, 0)).toEqual({ durableThrough: 1, missing: [[2, 3]] });
    expect(await tabStateAfter(tab, 3)).toEqual({ durableThrough: 1, missing: [[2, 2]] });
    expect(await tabStateAfter(tab, 2)).toEqual({ durableThrough: 4, missing: [] });
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual(
      [0, 1, 2, 3, 4].flatMap((seq) => eventsOf(tab, seq)),
    );
  });

  test.each([Codec.IDENTITY, Codec.GZIP, Codec.ZSTD])("may be compressed as codec %p", async (codec) => {
    const tab = await openTab(client);
    const events = [event("one"), event("two")];
    const answer = await client.putChunk({ ...tab, seq: 0n, ...packed(events, codec) });
    expect(answer.outcome).toBe(PutChunkResponse_Outcome.STORED);
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual(events);
  });

  test("sent twice is stored once, whatever it is compressed with", async () => {
    const tab = await openTab(client);
    const outcomes: PutChunkResponse_Outcome[] = [];
    for (const codec of [Codec.IDENTITY, Codec.IDENTITY, Codec.ZSTD]) {
      outcomes.push((await client.putChunk({ ...tab, seq: 0n, ...packed(eventsOf(tab, 0), codec) })).outcome);
    }
    const { STORED, DUPLICATE } = PutChunkResponse_Outcome;
    expect(outcomes).toEqual([STORED, DUPLICATE, DUPLICATE]);
    const { session } = await client.getSession({ sessionId: tab.sessionId });
    expect([session?.chunkCount, session?.eventCount]).toEqual([1n, 1n]);
  });

  test("sent many times at once is stored once", async () => {
    const tab = await openTab(client);
    const answers = await Promise.all(Array.from({ length: 20 }, () => put(client, tab, 0)));
    const stored = answers.filter(({ outcome }) => outcome === PutChunkResponse_Outcome.STORED);
    expect(stored).toHaveLength(1);
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual(eventsOf(tab, 0));
  });

  test("with other bytes under a stored number is refused, and the stored one stands", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0, [event("first")]);
    expect(await reasonFor(put(client, tab, 0, [event("second")]))).toBe("chunk_conflict");
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual([event("first")]);
  });

  test("of two that claim one number at once, one stands", async () => {
    const tab = await openTab(client);
    const words = ["left", "right"];
    const results = await Promise.allSettled(words.map((word) => put(client, tab, 0, [event(word)])));
    const stored = words.filter((_, index) => results[index]?.status === "fulfilled");
    expect(stored).toHaveLength(1);
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual(stored.map((word) => event(word)));
  });

  test("may have its ids in capital letters", async () => {
    const tab = await openTab(client);
    const capitals = { sessionId: tab.sessionId.toUpperCase(), tabId: tab.tabId.toUpperCase() };
    expect((await put(client, capitals, 0, eventsOf(tab, 0))).tab?.tabId).toBe(tab.tabId);
    expect((await put(client, tab, 0)).outcome).toBe(PutChunkResponse_Outcome.DUPLICATE);
    const { uploadState } = await client.getUploadState({ sessionId: capitals.sessionId });
    expect(uploadState?.sessionId).toBe(tab.sessionId);
  });

  test("is on disk and committed when its answer leaves", async () => {
    const tab = await openTab(client);
    for (let seq = 0; seq < 10; seq += 1) {
      await put(client, tab, seq);
      const row = await ingest.database.owner
        .selectFrom("chunks")
        .select("pack_id")
        .where("session_id", "=", tab.sessionId)
        .where("seq", "=", seq)
        .executeTakeFirstOrThrow();
      expect(existsSync(join(ingest.blobFolder, packName(row.pack_id)))).toBe(true);
    }
  });

  test("of 20 MB that is one FullSnapshot survives, byte for byte", async () => {
    const tab = await openTab(client);
    const text = "word ".repeat(4_000_000);
    const page = {
      ...fullSnapshot(),
      data: { node: { type: 0, id: 1, childNodes: [{ type: 3, id: 2, textContent: text }] } },
    };
    await client.putChunk({ ...tab, seq: 0n, ...packed([page], Codec.GZIP) });
    const [read] = eventsIn(await readAll(client, tab.sessionId));
    expect(Bun.hash(JSON.stringify(read))).toBe(Bun.hash(JSON.stringify(page)));
  });
});

describe("the answer to a chunk", () => {
  test("asks for a FullSnapshot until the tab has one", async () => {
    const tab = await openTab(client);
    expect((await put(client, tab, 1)).tab?.needsFullSnapshot).toBe(true);
    expect((await put(client, tab, 0, [fullSnapshot()])).tab?.needsFullSnapshot).toBe(false);
    expect((await put(client, tab, 2)).tab?.needsFullSnapshot).toBe(false);
  });

  test("asks for another after a gap, until the gap is filled or a FullSnapshot came after it", async () => {
    const filled = await openTab(client);
    await put(client, filled, 0, [fullSnapshot()]);
    expect((await put(client, filled, 2)).tab?.needsFullSnapshot).toBe(true);
    expect((await put(client, filled, 1)).tab?.needsFullSnapshot).toBe(false);
    const lost = await openTab(client);
    await put(client, lost, 0, [fullSnapshot()]);
    await put(client, lost, 2);
    expect((await put(client, lost, 3, [fullSnapshot()])).tab?.needsFullSnapshot).toBe(false);
    // An older one that is stored late changes nothing about what came last.
    expect((await put(client, lost, 6)).tab?.needsFullSnapshot).toBe(true);
    expect((await put(client, lost, 4, [fullSnapshot()])).tab?.needsFullSnapshot).toBe(true);
    const { uploadState } = await client.getUploadState(lost);
    expect(uploadState?.tabs[0]?.needsFullSnapshot).toBe(true);
  });

  test("asks for one when the tab begins with a gap, even if it had one before", async () => {
    const tab = await openTab(client);
    expect((await put(client, tab, 3)).tab?.needsFullSnapshot).toBe(true);
    expect((await put(client, tab, 4, [fullSnapshot()])).tab?.needsFullSnapshot).toBe(false);
  });

  test("names at most 100 gaps", async () => {
    const tab = await openTab(client);
    const { owner } = ingest.database;
    await put(client, tab, 0);
    const every = Array.from({ length: 300 }, (_, index) => `[${index * 2},${index * 2 + 1})`).join(",");
    await owner
      .updateTable("tabs")
      .set({ received: `{${every}}` })
      .where("tab_id", "=", tab.tabId)
      .execute();
    const { tab: state } = await put(client, tab, 601);
    expect(state?.missing).toHaveLength(100);
    expect(state?.missing[99]).toMatchObject({ first: 199n, last: 199n });
  });

  test("counts in the session what was sent and what is stored", async () => {
    const tab = await openTab(client);
    const chunks = [packed([event("one", 5_000), event("two", 3_000)]), packed([fullSnapshot(9_000)])];
    for (const [seq, chunk] of chunks.entries()) {
      await client.putChunk({ ...tab, seq: BigInt(seq), ...chunk, droppedEvents: 3n });
    }
    const { session } = await client.getSession({ sessionId: tab.sessionId });
    expect(session).toMatchObject({
      eventCount: 3n,
      chunkCount: 2n,
      droppedEvents: 6n,
      maskedValues: 0n,
      deviceId: "",
    });
    expect(session?.rawBytes).toBe(BigInt(chunks.reduce((sum, { payload }) => sum + payload.length, 0)));
    expect(session?.firstEventTime).toMatchObject({ seconds: 3n });
    expect(session?.lastEventTime).toMatchObject({ seconds: 9n });
    const { stored_bytes } = await ingest.database.owner
      .selectFrom("chunks")
      .select(({ fn }) => fn.sum<string>("stored_bytes").as("stored_bytes"))
      .where("session_id", "=", tab.sessionId)
      .executeTakeFirstOrThrow();
    expect(session?.storedBytes).toBe(BigInt(stored_bytes));
  });

  test("reaches the tab's own session, whoever else uses the same ids", async () => {
    const bob = ingest.as(person());
    const tab = await openTab(client);
    await bob.createSession({ sessionId: tab.sessionId });
    await put(client, tab, 0, [event("of alice")]);
    await put(bob, tab, 0, [event("of bob")]);
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual([event("of alice")]);
    expect(eventsIn(await readAll(bob, tab.sessionId))).toEqual([event("of bob")]);
  });

  test("of a device is stored for its user", async () => {
    const deviceId = newId();
    const device = ingest.as(person({ ...alice, deviceId }));
    const tab = await openTab(device);
    await put(device, tab, 0);
    const { session } = await client.getSession({ sessionId: tab.sessionId });
    expect(session).toMatchObject({ userId: alice.userId, deviceId });
  });

  test("states the last number once the session is finished", async () => {
    const sessionId = await openSession(client);
    const tab = { sessionId, tabId: newId() };
    expect((await put(client, tab, 0)).tab?.lastSeq).toBe(-1n);
    await finish(client, sessionId, { [tab.tabId]: 2 });
    expect((await put(client, tab, 1)).tab).toMatchObject({ lastSeq: 2n, missing: [{ first: 2n, last: 2n }] });
  });
});
