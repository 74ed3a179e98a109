import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { RecordingSettings_WhenFull } from "@gigtrail/proto/gen/gigtrail/ingest/v1/recording_settings_pb";
import { Directive_Action, SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import { packName } from "../blocks/pack.ts";
import type { IngestSchema } from "../db/schema.ts";
import { Standings } from "../storage/standings.ts";
import { retain } from "../sweeps/retention.ts";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openTab, put, readAll, type TabName } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";
import { standingOf } from "./support/standing.ts";
import { allStored, blobFiles } from "./support/stored.ts";
import { age } from "./support/time.ts";

const { RECORDING, COMPLETE, INCOMPLETE } = SessionState;
const { REMOVE_OLDEST } = RecordingSettings_WhenFull;
const DAY = 24 * 60;

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ env: { SESSION_QUIET_MINUTES: "525600", SESSION_GIVE_UP_HOURS: "87600" } });
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

const newAdmin = () => ingest.as(person({ role: Role.ADMIN }));

/** A session of two chunks, made some days ago. */
async function recorded(client: IngestClient, daysAgo: number, ended = true): Promise<TabName> {
  const tab = await openTab(client);
  for (const seq of [0, 1]) await put(client, tab, seq);
  if (ended) await finish(client, tab.sessionId, { [tab.tabId]: 1 });
  await age(ingest, tab.sessionId, daysAgo * DAY);
  return tab;
}

async function expireTimeOf(client: IngestClient, { sessionId }: TabName) {
  return (await client.getSession({ sessionId })).session?.eventsExpireTime;
}

async function untilExpired(client: IngestClient, tab: TabName): Promise<void> {
  await eventually(async () => expect(await expireTimeOf(client, tab)).toBeDefined());
}

/** Waits until no recording of these is compacted any more: it changes what they take up. */
async function untilCompacted(tabs: readonly TabName[]): Promise<void> {
  const ids = tabs.map(({ sessionId }) => sessionId);
  await eventually(async () => {
    const { rows } = await sql`select key from ingest.jobs where subject_id::text = any(${ids})
                                  and state in ('queued', 'running')`.execute(ingest.database.owner);
    expect(rows).toEqual([]);
  });
}

async function packsOf({ sessionId }: TabName): Promise<string[]> {
  const rows = await ingest.database.owner
    .selectFrom("chunks")
    .select("pack_id")
    .where("session_id", "=", sessionId)
    .execute();
  return rows.map((row) => packName(row.pack_id));
}

describe("a session older than retention", () => {
  test("loses key, chunks and blobs, and keeps its counts and times", async () => {
    const client = newAdmin();
    const [old, young] = [await recorded(client, 8), await recorded(client, 6)];
    const packs = await packsOf(old);
    const before = (await client.getSession(old)).session;
    await client.updateRecordingSettings({ settings: { retentionDays: 7 } });
    await untilExpired(client, old);
    const { session } = await client.getSession(old);
    const changed = { storedBytes: 0n, eventsExpireTime: undefined };
    expect({ ...session, eventsExpireTime: undefined }).toEqual({ ...before, ...changed });
    expect([before?.eventCount, before?.chunkCount]).toEqual([2n, 2n]);
    const { rows } = await allStored(ingest);
    for (const table of ["session_keys", "chunks"]) {
      expect(rows[table]?.filter((row) => row.includes(old.sessionId))).toEqual([]);
    }
    expect(packs).not.toEqual([]);
    await eventually(() => {
      for (const pack of packs) expect(blobFiles(ingest.blobFolder)).not.toContain(pack);
    });
    expect(await readAll(client, young.sessionId)).toHaveLength(2);
    expect(await expireTimeOf(client, young)).toBeUndefined();
  });

  test("takes no more chunks, cannot be read, and can be finished and deleted", async () => {
    const client = newAdmin();
    const tab = await recorded(client, 8);
    await client.updateRecordingSettings({ settings: { retentionDays: 7 } });
    await untilExpired(client, tab);
    const before = await standingOf(ingest, client, tab.sessionId);
    expect(before).toEqual({ state: COMPLETE, generation: 1, told: [1] });
    for (const seq of [0, 2]) expect(await reasonFor(put(client, tab, seq))).toBe("events_expired");
    expect(await reasonFor(readAll(client, tab.sessionId))).toBe("events_expired");
    for (const lastSeq of [1, 9]) await finish(client, tab.sessionId, { [tab.tabId]: lastSeq });
    expect(await standingOf(ingest, client, tab.sessionId)).toEqual(before);
    expect((await client.createSession(tab)).session?.eventsExpireTime).toBeDefined();
    await client.deleteSession(tab);
    expect(await reasonFor(client.getSession(tab))).toBe("session_deleted");
    const { rows } = await allStored(ingest);
    expect(rows["tabs"]?.filter((row) => row.includes(tab.sessionId))).toEqual([]);
  });

  test("takes no more chunks in a process that still remembers its key either", async () => {
    const second = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder });
    const alice = person({ role: Role.ADMIN });
    const client = ingest.as(alice);
    const tab = await recorded(client, 8);
    await put(second.as(alice), tab, 1);
    await client.updateRecordingSettings({ settings: { retentionDays: 7 } });
    await untilExpired(client, tab);
    expect(await reasonFor(put(second.as(alice), tab, 2))).toBe("events_expired");
    await second.stop();
  });

  test("is left alone while something still comes, and goes when nothing has for as long", async () => {
    const client = newAdmin();
    const [busy, idle, ended] = [
      await recorded(client, 8, false),
      await recorded(client, 8, false),
      await recorded(client, 8),
    ];
    await put(client, busy, 2);
    await client.updateRecordingSettings({ settings: { retentionDays: 7 } });
    await untilExpired(client, ended);
    await untilExpired(client, idle);
    expect(await standingOf(ingest, client, idle.sessionId)).toEqual({ state: INCOMPLETE, generation: 1, told: [] });
    expect(await expireTimeOf(client, busy)).toBeUndefined();
    expect((await standingOf(ingest, client, busy.sessionId)).state).toBe(RECORDING);
    expect(await readAll(client, busy.sessionId)).toHaveLength(3);
  });

  test("is another workspace's to keep for longer", async () => {
    const [strict, lax] = [newAdmin(), newAdmin()];
    const shared = await recorded(strict, 8);
    await lax.createSession(shared);
    await put(lax, shared, 0);
    await finish(lax, shared.sessionId, { [shared.tabId]: 0 });
    await strict.updateRecordingSettings({ settings: { retentionDays: 7 } });
    await untilExpired(strict, shared);
    expect(await readAll(lax, shared.sessionId)).toHaveLength(1);
  });
});

describe("the instance's retention", () => {
  test("holds at the next start for workspaces that do not say, and not for those that do", async () => {
    const [silent, keeping] = [newAdmin(), newAdmin()];
    await keeping.updateRecordingSettings({ settings: { retentionDays: 0 } });
    const [old, kept] = [await recorded(silent, 40), await recorded(keeping, 40)];
    const env = { RETENTION_DAYS: "30" };
    const second = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder, env });
    await untilExpired(silent, old);
    await second.stop();
    expect(await readAll(keeping, kept.sessionId)).toHaveLength(2);
  });
});

describe("a workspace that removes the oldest when it is full", () => {
  test("has a tenth of its budget free again, the newest and the open kept", async () => {
    const client = newAdmin();
    const open = await recorded(client, 10, false);
    const ended: TabName[] = [];
    for (const daysAgo of [9, 8, 7, 6, 5]) ended.push(await recorded(client, daysAgo));
    await untilCompacted(ended);
    const { storedBytes } = await client.getStorageReport({});
    await client.updateRecordingSettings({ settings: { byteBudget: storedBytes, whenFull: REMOVE_OLDEST } });
    await untilExpired(client, ended[0]!);
    await eventually(async () => {
      const { uploadState } = await client.getUploadState(open);
      expect(uploadState?.directive?.action).toBe(Directive_Action.CONTINUE);
    });
    const left = await client.getStorageReport({});
    expect(Number(left.storedBytes)).toBeLessThanOrEqual(0.9 * Number(storedBytes));
    expect(left).toMatchObject({ sessions: 6n, readableSessions: 5n });
    for (const tab of [open, ...ended.slice(1)]) expect(await readAll(client, tab.sessionId)).toHaveLength(2);
  });

  test("makes room when an upload finds it full", async () => {
    const client = newAdmin();
    const old = await recorded(client, 3);
    const { storedBytes } = await client.getStorageReport({});
    const byteBudget = storedBytes + 1n;
    await client.updateRecordingSettings({ settings: { byteBudget, whenFull: REMOVE_OLDEST } });
    const tab = await openTab(client);
    const { directive } = await put(client, tab, 0);
    expect(directive).toMatchObject({ action: Directive_Action.STOP, reason: "byte_budget_exhausted" });
    await untilExpired(client, old);
    await eventually(() => put(client, tab, 1));
    expect(await readAll(client, tab.sessionId)).toHaveLength(2);
  });

  test("that has nothing to remove refuses", async () => {
    const client = newAdmin();
    await client.updateRecordingSettings({ settings: { byteBudget: 1n, whenFull: REMOVE_OLDEST } });
    const tab = await openTab(client);
    await put(client, tab, 0);
    expect(await reasonFor(put(client, tab, 1))).toBe("byte_budget_exhausted");
    expect(await expireTimeOf(client, tab)).toBeUndefined();
  });
});

/** Runs retention in a workspace, as often at once as said, each run as if in a process of its own. */
async function retainAtOnce(workspaceId: string, runs: number): Promise<void> {
  const log = createLog("test", "silent");
  const pool = openPool<IngestSchema>(ingest.database.surroundings.address, log, runs);
  const db = new Database<IngestSchema>(pool, "ingest");
  const config = { RETENTION_DAYS: 0, WORKSPACE_BYTE_BUDGET: 0 };
  const nothing = () => undefined;
  const standings = new Standings({ db, instance: config, onFull: nothing });
  const wake = { outbox: nothing, sweep: nothing, retention: nothing };
  try {
    await Promise.all(Array.from({ length: runs }, () => retain({ db, log, config, standings, wake }, workspaceId)));
  } finally {
    await db.close();
  }
}

describe("a full workspace that removes the oldest", () => {
  /** A workspace whose sessions fill its budget, without the service being told to look at it. */
  async function full(sessions: number, retentionDays: number | null = null) {
    const admin = person({ role: Role.ADMIN });
    const client = ingest.as(admin);
    const tabs: TabName[] = [];
    for (let nth = 0; nth < sessions; nth += 1) tabs.push(await recorded(client, 8 - nth * 0.1));
    await untilCompacted(tabs);
    const bytes = Number((await client.getStorageReport({})).storedBytes);
    const { workspaceId } = admin;
    const row = { workspace_id: workspaceId, retention_days: retentionDays, byte_budget: bytes, remove_oldest: true };
    await ingest.database.owner
      .insertInto("recording_settings")
      .values({ ...row, keep_email_addresses: false, keep_inputs: false })
      .execute();
    return { client, workspaceId, tabs, bytes };
  }

  test("keeps the rest where what has outlived retention made room enough", async () => {
    const { client, workspaceId, tabs } = await full(10, 9);
    for (const { sessionId } of tabs.slice(0, 2)) await age(ingest, sessionId, 2 * DAY);
    await retainAtOnce(workspaceId, 1);
    for (const tab of tabs.slice(0, 2)) expect(await expireTimeOf(client, tab)).toBeDefined();
    for (const tab of tabs.slice(2)) expect(await expireTimeOf(client, tab)).toBeUndefined();
  });

  test("frees a tenth once, however many runs there are at once", async () => {
    const { client, workspaceId, tabs, bytes } = await full(24);
    await retainAtOnce(workspaceId, 6);
    const left = Number((await client.getStorageReport({})).storedBytes);
    const mark = 0.9 * bytes;
    // All sessions are of about one size: three of 24 are just over a tenth.
    expect(left).toBeLessThanOrEqual(mark);
    expect(left).toBeGreaterThan(mark - (1.5 * bytes) / tabs.length);
    for (const tab of tabs.slice(0, 3)) expect(await expireTimeOf(client, tab)).toBeDefined();
    for (const tab of tabs.slice(3)) expect(await expireTimeOf(client, tab)).toBeUndefined();
  }, 30_000);
});

describe("retention while chunks arrive", () => {
  test("loses no chunk of a session that it leaves, and leaves none of one that it does not", async () => {
    const client = newAdmin();
    const tabs = await Promise.all(Array.from({ length: 8 }, () => recorded(client, 8)));
    const uploads = tabs.map(async (tab, index) => {
      await Bun.sleep(index * 2);
      return reasonFor(put(client, tab, 2)).catch(() => "stored");
    });
    await client.updateRecordingSettings({ settings: { retentionDays: 7 } });
    const outcomes = await Promise.all(uploads);
    for (const outcome of outcomes) expect(["stored", "events_expired"]).toContain(outcome ?? "");
    for (const tab of tabs) await untilExpired(client, tab);
    const { rows } = await allStored(ingest);
    for (const { sessionId } of tabs) {
      expect(rows["chunks"]?.filter((row) => row.includes(sessionId))).toEqual([]);
    }
  });
});
