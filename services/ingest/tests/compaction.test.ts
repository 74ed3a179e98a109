import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import {
  PutChunkResponse_Outcome,
  ReadEventsRequest_Order,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { expireEvents } from "../sessions/expire-events.ts";
import { altered } from "./support/altered-blobs.ts";
import { person } from "./support/callers.ts";
import { type Compactor, openCompactor } from "./support/compactor.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { readLines } from "./support/positions.ts";
import { event, finish, openSession, openTab, put, type TestEvent } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";
import { blocksOf, disagreements } from "./support/stored-blocks.ts";

const { MERGED } = ReadEventsRequest_Order;
const MIB = 1024 * 1024;

let ingest: IngestUnderTest;
let compactor: Compactor;
const alice = person();
let client: IngestClient;
beforeAll(async () => {
  ingest = await startIngest();
  compactor = await openCompactor(ingest);
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(async () => {
  await compactor?.stop();
  await ingest?.stop();
});

const named = (sessionId: string) => ({ workspaceId: alice.workspaceId, sessionId });

/** Events whose JSON is about so long, and no two alike. */
function bulk(events: number, bytes: number): TestEvent[] {
  return Array.from({ length: events }, (_, index) =>
    event(`${newId()} ${"lorem ipsum ".repeat(bytes / 12)}`, 1_000 + index),
  );
}

async function putAll(
  sessionId: string,
  tabId: string,
  chunks: Iterable<readonly [number, TestEvent[]]>,
): Promise<void> {
  for (const [seq, events] of chunks) await put(client, { sessionId, tabId }, seq, events);
}

async function countsOf(sessionId: string) {
  const { session } = await client.getSession({ sessionId });
  return { events: Number(session?.eventCount), cut: Number(session?.cutEvents), stored: Number(session?.storedBytes) };
}

async function expectTidy(): Promise<void> {
  await compactor.removeDoomed();
  await eventually(async () => expect(await disagreements(ingest)).toEqual([]));
}

describe("a finished session", () => {
  test("is merged to a block a tab, reads the same, and takes less room", async () => {
    const sessionId = await openSession(client);
    const tabIds = [newId(), newId()].toSorted();
    for (const tabId of tabIds) {
      await putAll(
        sessionId,
        tabId,
        Array.from({ length: 30 }, (_, seq) => [seq, bulk(4, 600)] as const),
      );
    }
    const before = { ...(await countsOf(sessionId)), lines: await readLines(client, sessionId) };
    const mergedBefore = await readLines(client, sessionId, { order: MERGED });
    const olds = await blocksOf(ingest, sessionId);
    await finish(client, sessionId, {});
    await eventually(async () => {
      const blocks = await blocksOf(ingest, sessionId);
      expect(blocks.map(({ tabId, first, last, chunks }) => ({ tabId, first, last, chunks }))).toEqual(
        tabIds.map((tabId) => ({ tabId, first: 0, last: 29, chunks: 30 })),
      );
      const old = new Set(olds.map(({ packId }) => packId));
      expect(blocks.filter(({ packId }) => old.has(packId))).toEqual([]);
    });
    expect(await readLines(client, sessionId)).toEqual(before.lines);
    expect(await readLines(client, sessionId, { order: MERGED })).toEqual(mergedBefore);
    const after = await countsOf(sessionId);
    expect({ ...after, stored: 0 }).toEqual({ events: 240, cut: 0, stored: 0 });
    const blocks = await blocksOf(ingest, sessionId);
    expect(after.stored).toBe(blocks.reduce((total, { bytes }) => total + bytes, 0));
    expect(after.stored).toBeLessThan(before.stored / 3);
    await expectTidy();
  }, 20_000);

  test("still knows its chunks, and takes one that comes late", async () => {
    const tab = await openTab(client);
    const chunks = [0, 1, 3, 4].map((seq) => [seq, bulk(2, 100)] as const);
    await putAll(tab.sessionId, tab.tabId, chunks);
    await compactor.compact(named(tab.sessionId));
    expect((await blocksOf(ingest, tab.sessionId)).map(({ first, last }) => [first, last])).toEqual([
      [0, 1],
      [3, 4],
    ]);
    for (const [seq, events] of chunks) {
      expect((await put(client, tab, seq, events)).outcome).toBe(PutChunkResponse_Outcome.DUPLICATE);
      expect(await reasonFor(put(client, tab, seq, bulk(1, 10)))).toBe("chunk_conflict");
    }
    const late = bulk(1, 100);
    await put(client, tab, 2, late);
    await compactor.compact(named(tab.sessionId));
    expect((await blocksOf(ingest, tab.sessionId)).map(({ first, last }) => [first, last])).toEqual([[0, 4]]);
    const sent = [...chunks.slice(0, 2), [2, late] as const, ...chunks.slice(2)].flatMap(([, events]) => events);
    expect((await readLines(client, tab.sessionId)).map(({ text }) => JSON.parse(text))).toEqual(sent);
    await expectTidy();
  });

  test("has blocks of a megabyte and 50 events, and a large one is not written again", async () => {
    const { sessionId, tabId } = await openTab(client);
    const perChunk = 10;
    await putAll(
      sessionId,
      tabId,
      Array.from({ length: 130 }, (_, seq) => [seq, bulk(perChunk, 8_000)] as const),
    );
    await compactor.compact(named(sessionId));
    const blocks = await blocksOf(ingest, sessionId);
    expect(blocks.length).toBe(3);
    const large = blocks.slice(0, -1);
    for (const { chunks } of large) {
      expect(chunks * perChunk).toBeGreaterThanOrEqual(50);
      expect(chunks * perChunk * 8_000).toBeGreaterThan(3.9 * MIB);
    }
    await putAll(sessionId, tabId, [[130, bulk(1, 10)]]);
    await compactor.compact(named(sessionId));
    const again = await blocksOf(ingest, sessionId);
    expect(again.slice(0, -1)).toEqual(large);
    expect(again.at(-1)).toMatchObject({ first: blocks.at(-1)?.first, last: 130 });
    await compactor.compact(named(sessionId));
    expect(await blocksOf(ingest, sessionId)).toEqual(again);
    expect(await readLines(client, sessionId)).toHaveLength(1_301);
    const from = { tabId, seq: 77, index: 5 };
    expect((await readLines(client, sessionId, { from })).map(({ seq }) => seq).slice(0, 6)).toEqual([
      77, 77, 77, 77, 77, 78,
    ]);
    await expectTidy();
  }, 60_000);

  test("lets go of packs that it shares with others when the last of them has left", async () => {
    const tabs = await Promise.all(Array.from({ length: 6 }, () => openTab(client)));
    // What arrives together shares a pack.
    await Promise.all(tabs.map((tab) => put(client, tab, 0, [event("first of its group")])));
    await Promise.all(tabs.map((tab) => put(client, tab, 1, [event(tab.tabId)])));
    const shared = new Set<string>();
    for (const { sessionId } of tabs) for (const { packId } of await blocksOf(ingest, sessionId)) shared.add(packId);
    expect(shared.size).toBeLessThan(12);
    const [deleted, ...rest] = tabs;
    for (const { sessionId } of rest) {
      await compactor.compact(named(sessionId));
      await expectTidy();
    }
    await client.deleteSession({ sessionId: deleted?.sessionId ?? "" });
    for (const { sessionId, tabId } of rest) {
      const lines = await readLines(client, sessionId);
      expect(lines.map(({ text }) => JSON.parse(text))).toEqual([event("first of its group"), event(tabId)]);
    }
    await expectTidy();
    const { owner } = ingest.database;
    const left = owner
      .selectFrom("packs")
      .select("pack_id")
      .where("pack_id", "in", [...shared]);
    await eventually(async () => expect(await left.execute()).toEqual([]));
  });
});

describe("while blocks are merged", () => {
  /** Merges a session's blocks, and does something after they were read and before the new ones take their place. */
  async function compactAround(sessionId: string, act: () => Promise<unknown>): Promise<string> {
    const blobs = altered(ingest.blobs, {
      async put(name, bytes) {
        await ingest.blobs.put(name, bytes);
        await act();
      },
    });
    return compactor.tryCompact(named(sessionId), { blobs }).then(
      () => "merged",
      (error: Error) => error.name,
    );
  }

  async function twoTabs() {
    const sessionId = await openSession(client);
    const tabIds = [newId(), newId()].toSorted();
    for (const tabId of tabIds)
      await putAll(
        sessionId,
        tabId,
        [0, 1, 2].map((seq) => [seq, bulk(2, 50)] as const),
      );
    return { sessionId, tabIds };
  }

  test("the session may be deleted: nothing of it is left", async () => {
    const { sessionId } = await twoTabs();
    expect(await compactAround(sessionId, () => client.deleteSession({ sessionId }))).toBe("BlocksChangedError");
    expect(await readLines(client, sessionId).catch(reasonOf)).toBe("session_deleted");
    await expectTidy();
    await compactor.compact(named(sessionId));
  });

  test("its events may expire: they stay gone", async () => {
    const { sessionId } = await twoTabs();
    const expire = () => compactor.db.inWorkspace(alice.workspaceId, (tx) => expireEvents(tx, named(sessionId)));
    expect(await compactAround(sessionId, expire)).toBe("BlocksChangedError");
    expect(await readLines(client, sessionId).catch(reasonOf)).toBe("events_expired");
    expect(await countsOf(sessionId)).toMatchObject({ stored: 0 });
    await expectTidy();
    await compactor.compact(named(sessionId));
  });

  test("somebody else may merge them first: theirs stay", async () => {
    const { sessionId } = await twoTabs();
    const lines = await readLines(client, sessionId);
    expect(await compactAround(sessionId, () => compactor.tryCompact(named(sessionId)))).toBe("BlocksChangedError");
    expect(await readLines(client, sessionId)).toEqual(lines);
    await expectTidy();
  });

  test("chunks may arrive: all are there", async () => {
    const { sessionId, tabIds } = await twoTabs();
    const late = () =>
      putAll(sessionId, tabIds[0] ?? "", [
        [4, bulk(1, 50)],
        [3, bulk(1, 50)],
      ]);
    expect(await compactAround(sessionId, late)).toBe("merged");
    expect(await readLines(client, sessionId)).toHaveLength(14);
    await expectTidy();
  });

  test.each([ReadEventsRequest_Order.BY_TAB, MERGED])(
    "whoever reads notices nothing, though the old blocks are gone (order %p)",
    async (order) => {
      const { sessionId } = await twoTabs();
      const lines = await readLines(client, sessionId, { order });
      const second = await startIngest({
        database: ingest.database,
        blobFolder: ingest.blobFolder,
        // Each block is looked up, then merged away before it is read.
        blobs: (folder) =>
          altered(folder, {
            async get(...args) {
              await compactor.compact(named(sessionId));
              return folder.get(...args);
            },
          }),
      });
      expect(await readLines(second.as(alice), sessionId, { order })).toEqual(lines);
      await second.stop();
    },
  );
});

describe("events of a page that is never recorded", () => {
  const meta = (href: string): TestEvent => ({ type: 4, timestamp: 5, data: { href, width: 1, height: 1 } });
  const NEVER = meta("https://www.upwork.com/ab/account-security/login");
  const JOBS = meta("https://www.upwork.com/nx/search/jobs/");

  test("are left out wherever their page was named, and removed when blocks are merged", async () => {
    const tab = await openTab(client);
    const chunks: TestEvent[][] = [
      [JOBS, event("a")],
      [event("b"), NEVER, event("cut")],
      [event("secret"), event("secret")],
      [event("secret"), JOBS, event("c")],
      [event("d")],
    ];
    // The chunk that names the page comes last.
    for (const seq of [4, 3, 2, 0, 1]) await put(client, tab, seq, chunks[seq]);
    const [a, b, c, d] = ["a", "b", "c", "d"].map((word) => event(word));
    const wanted = [
      { seq: 0, index: 0, event: JOBS },
      { seq: 0, index: 1, event: a },
      { seq: 1, index: 0, event: b },
      { seq: 3, index: 1, event: JOBS },
      { seq: 3, index: 2, event: c },
      { seq: 4, index: 0, event: d },
    ];
    const read = async (from?: { seq: number; index: number }) =>
      (await readLines(client, tab.sessionId, from === undefined ? {} : { from: { tabId: tab.tabId, ...from } })).map(
        ({ seq, index, text }) => ({ seq, index, event: JSON.parse(text) }),
      );
    expect(await read()).toEqual(wanted);
    // A reader that begins in the middle knows which page it is on.
    expect(await read({ seq: 2, index: 0 })).toEqual(wanted.slice(3));
    expect(await read({ seq: 3, index: 0 })).toEqual(wanted.slice(3));
    expect(await read({ seq: 3, index: 2 })).toEqual(wanted.slice(4));
    expect(await read({ seq: 4, index: 0 })).toEqual(wanted.slice(5));
    const before = await countsOf(tab.sessionId);
    await compactor.compact(named(tab.sessionId));
    const after = await countsOf(tab.sessionId);
    expect([after.events, after.cut]).toEqual([before.events - 3, before.cut + 3]);
    expect(after.events).toBe(wanted.length);
    // Where events were removed, those behind them in their chunk have moved up.
    const moved = wanted.map((line) => (line.seq === 3 ? { ...line, index: line.index - 1 } : line));
    expect(await read()).toEqual(moved);
    expect(await read({ seq: 2, index: 0 })).toEqual(moved.slice(3));
    await compactor.compact(named(tab.sessionId));
    expect(await countsOf(tab.sessionId)).toEqual(after);
  });

  test("stay where it is not known which page they are from: a chunk is missing", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0, [JOBS, NEVER]);
    await put(client, tab, 2, [event("whose")]);
    await compactor.compact(named(tab.sessionId));
    expect(await readLines(client, tab.sessionId)).toHaveLength(2);
    // The one that was missing says that it is the same page: a merged block is looked through again.
    await put(client, tab, 3, [event("whose too")]);
    await compactor.compact(named(tab.sessionId));
    await put(client, tab, 1, [event("its")]);
    expect(await readLines(client, tab.sessionId)).toHaveLength(1);
    await compactor.compact(named(tab.sessionId));
    expect(await readLines(client, tab.sessionId)).toHaveLength(1);
    expect(await countsOf(tab.sessionId)).toMatchObject({ events: 1, cut: 4 });
  });
});
