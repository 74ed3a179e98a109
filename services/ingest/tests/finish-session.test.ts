import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openSession, openTab, put } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";
import { allStored } from "./support/stored.ts";

const { RECORDING, FINISHING, COMPLETE } = SessionState;

let ingest: IngestUnderTest;
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(person());
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** Where a session stands, and the generations that other services were told are complete. */
async function standing(sessionId: string) {
  const { session } = await client.getSession({ sessionId });
  const { uploadState } = await client.getUploadState({ sessionId });
  expect([uploadState?.state, uploadState?.generation]).toEqual([session?.state, session?.generation]);
  const told = await ingest.database.owner
    .selectFrom("outbox")
    .select("generation")
    .where("session_id", "=", sessionId)
    .where("kind", "=", "completed")
    .orderBy("outbox_id")
    .execute();
  return { state: session?.state, generation: session?.generation, told: told.map(({ generation }) => generation) };
}

describe("a session", () => {
  test("is being recorded until it is finished", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    expect(await standing(tab.sessionId)).toEqual({ state: RECORDING, generation: 1, told: [] });
  });

  test("is complete when all that was stated is in, in whatever order", async () => {
    const tab = await openTab(client);
    await put(client, tab, 1);
    const { uploadState } = await finish(client, tab.sessionId, { [tab.tabId]: 2 });
    expect(uploadState?.state).toBe(FINISHING);
    expect(uploadState?.tabs[0]).toMatchObject({
      lastSeq: 2n,
      durableThrough: -1n,
      missing: [
        { first: 0n, last: 0n },
        { first: 2n, last: 2n },
      ],
    });
    await put(client, tab, 2);
    expect(await standing(tab.sessionId)).toEqual({ state: FINISHING, generation: 1, told: [] });
    await put(client, tab, 0);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] });
  });

  test("waits for a tab that was stated and sent nothing yet", async () => {
    const tab = await openTab(client);
    const other = newId();
    await put(client, tab, 0);
    const { uploadState } = await finish(client, tab.sessionId, { [tab.tabId]: 0, [other]: 1 });
    expect(uploadState?.tabs.map(({ tabId }) => tabId)).toEqual([tab.tabId, other].toSorted());
    await put(client, { ...tab, tabId: other }, 1);
    expect((await standing(tab.sessionId)).state).toBe(FINISHING);
    await put(client, { ...tab, tabId: other }, 0);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] });
  });

  test("that is empty is complete at once", async () => {
    const sessionId = await openSession(client);
    expect((await finish(client, sessionId, {})).uploadState).toMatchObject({ state: COMPLETE, tabs: [] });
    expect(await standing(sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] });
  });

  test("has tabs that nobody stated: they end with what has arrived, gaps included", async () => {
    const tab = await openTab(client);
    const unstated = { ...tab, tabId: newId() };
    await put(client, tab, 0);
    await put(client, unstated, 2);
    await put(client, unstated, 0);
    const { uploadState } = await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    expect(uploadState?.state).toBe(FINISHING);
    expect(uploadState?.tabs.find(({ tabId }) => tabId === unstated.tabId)).toMatchObject({
      lastSeq: 2n,
      missing: [{ first: 1n, last: 1n }],
    });
    await put(client, unstated, 1);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] });
  });

  test("that is finished again as before changes nothing and tells nobody", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    const before = await allStored(ingest);
    for (const ends of [{ [tab.tabId]: 0 }, {}]) {
      expect((await finish(client, tab.sessionId, ends)).uploadState?.state).toBe(COMPLETE);
    }
    const { rows } = await allStored(ingest);
    expect({ ...rows, outbox: [], outbox_head: [] }).toEqual({ ...before.rows, outbox: [], outbox_head: [] });
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] });
  });

  test("cannot be made shorter by stating a lower number than has arrived", async () => {
    const tab = await openTab(client);
    for (const seq of [0, 1, 2]) await put(client, tab, seq);
    const { uploadState } = await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    expect(uploadState?.tabs[0]?.lastSeq).toBe(2n);
  });

  test("that is not there, or not the caller's, or deleted cannot be finished", async () => {
    const sessionId = await openSession(client);
    expect(await reasonFor(finish(client, newId(), {}))).toBe("session_not_found");
    expect(await reasonFor(finish(ingest.as(person()), sessionId, {}))).toBe("session_not_found");
    await client.deleteSession({ sessionId });
    expect(await reasonFor(finish(client, sessionId, {}))).toBe("session_deleted");
  });

  test("cannot be told to wait for what may never be stored", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    const before = await allStored(ingest);
    expect(await reasonFor(finish(client, tab.sessionId, { [tab.tabId]: 100_001 }))).toBe("seq_too_far");
    const tooMany = Object.fromEntries(Array.from({ length: 500 }, () => [newId(), 0]));
    expect(await reasonFor(finish(client, tab.sessionId, tooMany))).toBe("too_many_tabs");
    expect(await reasonFor(finish(client, tab.sessionId, { ...tooMany, [newId()]: 0 }))).toBe("request_invalid");
    expect(await allStored(ingest)).toEqual(before);
  });
});

describe("a session that was complete", () => {
  async function completeTab() {
    const tab = await openTab(client);
    await put(client, tab, 0);
    await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    return tab;
  }

  test("and gets a chunk beyond its end is complete anew, under the next generation", async () => {
    const tab = await completeTab();
    await put(client, tab, 1);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
    await put(client, tab, 1);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
  });

  test("and gets a chunk after a gap waits for the gap, and is told of once", async () => {
    const tab = await completeTab();
    expect((await put(client, tab, 3)).tab).toMatchObject({ lastSeq: 3n, missing: [{ first: 1n, last: 2n }] });
    expect(await standing(tab.sessionId)).toEqual({ state: FINISHING, generation: 2, told: [1] });
    await put(client, tab, 1);
    await put(client, tab, 2);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
  });

  test("and gets another tab is complete anew", async () => {
    const tab = await completeTab();
    await put(client, { ...tab, tabId: newId() }, 0);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
  });

  test("and is finished with more waits for that", async () => {
    const tab = await completeTab();
    expect((await finish(client, tab.sessionId, { [tab.tabId]: 1 })).uploadState).toMatchObject({
      state: FINISHING,
      generation: 2,
    });
    await put(client, tab, 1);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
  });
});

describe("finishing and uploading at once", () => {
  test("never loses the completion", async () => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => openTab(client)));
    await Promise.all(
      sessions.flatMap((tab) => [
        ...[0, 1, 2, 3, 4].map((seq) => put(client, tab, seq)),
        finish(client, tab.sessionId, { [tab.tabId]: 4 }),
        finish(client, tab.sessionId, { [tab.tabId]: 4 }),
      ]),
    );
    for (const { sessionId } of sessions) {
      expect(await standing(sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] });
    }
  });

  test("through two processes does not either", async () => {
    const second = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder });
    const alice = person();
    const clients = [ingest.as(alice), second.as(alice)] as const;
    const sessions = await Promise.all(Array.from({ length: 10 }, () => openTab(clients[0])));
    await Promise.all(
      sessions.flatMap((tab, index) => [
        ...[0, 1, 2, 3, 0, 1].map((seq, turn) => put(clients[(index + turn + 1) % 2 === 0 ? 0 : 1], tab, seq)),
        finish(clients[index % 2 === 0 ? 0 : 1], tab.sessionId, { [tab.tabId]: 3 }),
      ]),
    );
    for (const { sessionId } of sessions) {
      const { session } = await clients[0].getSession({ sessionId });
      expect(session).toMatchObject({ state: COMPLETE, generation: 1, chunkCount: 4n, eventCount: 4n });
    }
    await second.stop();
  });
});
