import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { eventsIn, eventsOf, finish, openSession, openTab, put, readAll } from "./support/recording.ts";
import { standingOf } from "./support/standing.ts";
import { postgres } from "./support/test-database.ts";
import { age } from "./support/time.ts";

const { RECORDING, FINISHING, COMPLETE, INCOMPLETE } = SessionState;
const HOUR = 60;
const DAY = 24 * HOUR;

let ingest: IngestUnderTest;
let client: IngestClient;
const alice = person();

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** Quiet sessions are looked for at every start; runs until `expected` holds. */
async function sweep(expected: () => Promise<void>, env: Record<string, string> = {}): Promise<void> {
  const second = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder, env });
  await eventually(expected).finally(() => second.stop());
}

const standing = (sessionId: string) => standingOf(ingest, client, sessionId);

describe("a session in which nothing happens any more", () => {
  test("is complete when all that it has is whole, and finishing when something is missing", async () => {
    const [whole, gap, tooYoung] = [await openTab(client), await openTab(client), await openTab(client)];
    for (const seq of [0, 1]) await put(client, whole, seq);
    for (const seq of [0, 2]) await put(client, gap, seq);
    await put(client, tooYoung, 0);
    for (const { sessionId } of [whole, gap]) await age(ingest, sessionId, HOUR + 1);
    await age(ingest, tooYoung.sessionId, HOUR - 1);
    await sweep(async () => {
      expect(await standing(whole.sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] });
      expect(await standing(gap.sessionId)).toEqual({ state: FINISHING, generation: 1, told: [] });
    });
    expect(await standing(tooYoung.sessionId)).toEqual({ state: RECORDING, generation: 1, told: [] });
    const { uploadState } = await client.getUploadState(gap);
    expect(uploadState?.tabs[0]).toMatchObject({ lastSeq: 2n, missing: [{ first: 1n, last: 1n }] });
  });

  test("is complete at once when it never had a chunk", async () => {
    const sessionId = await openSession(client);
    await age(ingest, sessionId, HOUR + 1);
    await sweep(async () => expect(await standing(sessionId)).toEqual({ state: COMPLETE, generation: 1, told: [1] }));
  });

  test("was not quiet when a chunk came, however long ago it was made", async () => {
    const [old, quiet] = [await openTab(client), await openTab(client)];
    for (const { sessionId } of [old, quiet]) await age(ingest, sessionId, 30 * DAY);
    await put(client, old, 0);
    await sweep(async () => expect((await standing(quiet.sessionId)).state).toBe(COMPLETE));
    expect((await standing(old.sessionId)).state).toBe(RECORDING);
  });

  test("is quiet after as many minutes as the instance says", async () => {
    const [quiet, young] = [await openTab(client), await openTab(client)];
    for (const tab of [quiet, young]) await put(client, tab, 0);
    await age(ingest, quiet.sessionId, 6);
    await age(ingest, young.sessionId, 4);
    await sweep(async () => expect((await standing(quiet.sessionId)).state).toBe(COMPLETE), {
      SESSION_QUIET_MINUTES: "5",
    });
    expect((await standing(young.sessionId)).state).toBe(RECORDING);
  });

  test("is given up after a week without what is missing, and is analysed as it is", async () => {
    const [given, waiting] = [await openTab(client), await openTab(client)];
    for (const tab of [given, waiting]) {
      await put(client, tab, 1);
      await finish(client, tab.sessionId, { [tab.tabId]: 1 });
    }
    await age(ingest, given.sessionId, 7 * DAY + 1);
    await age(ingest, waiting.sessionId, 7 * DAY - 10);
    await sweep(async () =>
      expect(await standing(given.sessionId)).toEqual({ state: INCOMPLETE, generation: 1, told: [1] }),
    );
    expect(await standing(waiting.sessionId)).toEqual({ state: FINISHING, generation: 1, told: [] });
    expect(eventsIn(await readAll(client, given.sessionId))).toEqual(eventsOf(given, 1));
  });

  test("and was given up is complete anew when what was missing comes all the same", async () => {
    const tab = await openTab(client);
    await put(client, tab, 1);
    await finish(client, tab.sessionId, { [tab.tabId]: 1 });
    await age(ingest, tab.sessionId, 8 * DAY);
    await sweep(async () => expect((await standing(tab.sessionId)).state).toBe(INCOMPLETE));
    await put(client, tab, 0);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
  });

  test("and was finished for its client goes on when the client does", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    await age(ingest, tab.sessionId, 2 * HOUR);
    await sweep(async () => expect((await standing(tab.sessionId)).state).toBe(COMPLETE));
    await put(client, tab, 2);
    expect(await standing(tab.sessionId)).toEqual({ state: RECORDING, generation: 2, told: [1] });
    for (const seq of [1, 3, 4, 5]) await put(client, tab, seq);
    expect(await standing(tab.sessionId)).toEqual({ state: RECORDING, generation: 2, told: [1] });
    await finish(client, tab.sessionId, { [tab.tabId]: 5 });
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
  });

  test("and was finished by its client as well is complete anew with what comes late", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    await age(ingest, tab.sessionId, 2 * HOUR);
    await sweep(async () => expect((await standing(tab.sessionId)).state).toBe(COMPLETE));
    await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    await put(client, tab, 1);
    expect(await standing(tab.sessionId)).toEqual({ state: COMPLETE, generation: 2, told: [1, 2] });
  });

  test("is each workspace's own: one's sweep touches no other's session", async () => {
    const other = ingest.as(person());
    const shared = { sessionId: newId(), tabId: newId() };
    for (const each of [client, other]) {
      await each.createSession(shared);
      await put(each, shared, 0);
    }
    await age(ingest, shared.sessionId, 2 * HOUR);
    await put(other, shared, 1);
    await sweep(async () => expect((await client.getSession(shared)).session?.state).toBe(COMPLETE));
    expect((await other.getSession(shared)).session?.state).toBe(RECORDING);
  });
});

describe("chunks that come while quiet sessions are finished", () => {
  test("are never lost, and what is complete is told of with them", async () => {
    const tabs = await Promise.all(Array.from({ length: 12 }, () => openTab(client)));
    for (const tab of tabs) {
      await put(client, tab, 0);
      await age(ingest, tab.sessionId, 2 * HOUR);
    }
    const sweeping = [1, 2].map(() => startIngest({ database: ingest.database, blobFolder: ingest.blobFolder }));
    await Promise.all(
      tabs.map(async (tab, index) => {
        await Bun.sleep(index * 4);
        await put(client, tab, 1);
      }),
    );
    const started = await Promise.all(sweeping);
    for (const each of started) await each.stop();
    for (const tab of tabs) {
      expect(eventsIn(await readAll(client, tab.sessionId))).toEqual([0, 1].flatMap((seq) => eventsOf(tab, seq)));
      const { state, generation, told } = await standing(tab.sessionId);
      // The chunk was first, or took the session up again.
      if (state === RECORDING) expect(told).toEqual(generation === 1 ? [] : [1]);
      else
        expect({ state, generation, last: told.at(-1) }).toEqual({
          state: COMPLETE,
          generation,
          last: generation ?? 0,
        });
    }
  });
});

// PGlite has one session: there, no two transactions are open at once.
describe.skipIf(postgres.skip)(postgres.title("a chunk that comes at the very moment"), () => {
  async function expectWaiting(count: number): Promise<void> {
    await eventually(async () => {
      const { rows } = await sql`select 1 from pg_stat_activity
                                  where datname = current_database() and wait_event_type = 'Lock'`.execute(
        ingest.database.owner,
      );
      expect(rows).toHaveLength(count);
    });
  }

  /** A quiet session whose row is locked until `release`. */
  async function lockedTab() {
    const tab = await openTab(client);
    await put(client, tab, 0);
    await age(ingest, tab.sessionId, 2 * HOUR);
    const [locked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = ingest.database.owner.transaction().execute(async (tx) => {
      await sql`select 1 from ingest.sessions where session_id = ${tab.sessionId} for update`.execute(tx);
      locked.resolve();
      await released.promise;
    });
    await locked.promise;
    const release = async () => {
      released.resolve();
      await holding;
    };
    return { tab, release };
  }

  const startSweep = () => startIngest({ database: ingest.database, blobFolder: ingest.blobFolder });

  test("and is first keeps the session open", async () => {
    const { tab, release } = await lockedTab();
    const upload = put(client, tab, 1);
    await expectWaiting(1);
    const second = await startSweep();
    await expectWaiting(2);
    await release();
    await upload;
    await second.stop();
    expect(await standing(tab.sessionId)).toEqual({ state: RECORDING, generation: 1, told: [] });
  });

  test("and is second takes it up again", async () => {
    const { tab, release } = await lockedTab();
    const second = await startSweep();
    await expectWaiting(1);
    const upload = put(client, tab, 1);
    await expectWaiting(2);
    await release();
    await upload;
    await second.stop();
    expect(await standing(tab.sessionId)).toEqual({ state: RECORDING, generation: 2, told: [1] });
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual([0, 1].flatMap((seq) => eventsOf(tab, seq)));
  });
});
