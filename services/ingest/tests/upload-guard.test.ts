import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { Directive_Action } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import { altered } from "./support/altered-blobs.ts";
import { person } from "./support/callers.ts";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, finish, openTab, packed, put, readAll } from "./support/recording.ts";
import { errorOf, reasonFor } from "./support/refusals.ts";

const { CONTINUE, STOP } = Directive_Action;
const GIB = 1024 ** 3;

let ingest: IngestUnderTest;
let freeBytes: number | undefined;

beforeAll(async () => {
  ingest = await startIngest({ blobs: (folder) => altered(folder, { freeBytes: async () => freeBytes }) });
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

const newAdmin = () => ingest.as(person({ role: Role.ADMIN }));

describe("a workspace whose byte budget is used up", () => {
  test("is told so before the next upload, which is refused; what was acknowledged stays", async () => {
    const client = newAdmin();
    const tab = await openTab(client);
    await client.updateRecordingSettings({ settings: { byteBudget: 1n } });
    const first = await put(client, tab, 0);
    expect(first.directive).toMatchObject({ action: STOP, reason: "byte_budget_exhausted" });
    expect(Number(first.directive?.retryAfterMs)).toBeGreaterThan(0);
    const refused = await errorOf(put(client, tab, 1));
    expect(refused.reason).toBe("byte_budget_exhausted");
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect((await client.getUploadState(tab)).uploadState?.directive).toMatchObject({ action: STOP });
    const batch = await client.putChunks({ chunks: [{ ...tab, seq: 1n, ...packed([event("one")]) }] });
    expect(batch.directive?.action).toBe(STOP);
    expect(batch.results[0]?.result).toMatchObject({ case: "refused", value: { reason: "byte_budget_exhausted" } });
    const { uploadState } = await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    expect(uploadState?.directive).toMatchObject({ action: STOP, reason: "byte_budget_exhausted" });
    expect(await readAll(client, tab.sessionId)).toHaveLength(1);
  });

  test("goes on when it deletes something, or gets a larger budget", async () => {
    const client = newAdmin();
    const [old, tab] = [await openTab(client), await openTab(client)];
    await client.updateRecordingSettings({ settings: { byteBudget: 1n } });
    await put(client, old, 0);
    expect(await reasonFor(put(client, tab, 0))).toBe("byte_budget_exhausted");
    await client.deleteSession(old);
    await put(client, tab, 0);
    expect(await reasonFor(put(client, tab, 1))).toBe("byte_budget_exhausted");
    await client.updateRecordingSettings({ settings: { byteBudget: BigInt(GIB) } });
    expect((await put(client, tab, 1)).directive?.action).toBe(CONTINUE);
  });

  test("is no other workspace's concern", async () => {
    const full = newAdmin();
    await full.updateRecordingSettings({ settings: { byteBudget: 1n } });
    await put(full, await openTab(full), 0);
    const other = newAdmin();
    const tab = await openTab(other);
    expect((await put(other, tab, 0)).directive?.action).toBe(CONTINUE);
  });
});

describe("a disk that is nearly full", () => {
  /** The disk is looked at every two seconds. */
  async function untilDirective(
    client: ReturnType<typeof newAdmin>,
    tab: { sessionId: string },
    action: Directive_Action,
  ) {
    await eventually(async () => {
      expect((await client.getUploadState(tab)).uploadState?.directive?.action).toBe(action);
    });
  }

  test("stops uploads, and nothing else, until there is room", async () => {
    const client = newAdmin();
    const [tab, other] = [await openTab(client), await openTab(client)];
    for (const each of [tab, other]) await put(client, each, 0);
    freeBytes = GIB - 1;
    await untilDirective(client, tab, STOP);
    const refused = await errorOf(put(client, tab, 1));
    expect(refused.reason).toBe("storage_low");
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    await openTab(client);
    const { uploadState } = await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    expect(uploadState?.directive).toMatchObject({ action: STOP, reason: "storage_low" });
    expect(await readAll(client, tab.sessionId)).toHaveLength(1);
    await client.deleteSession(other);
    expect(await client.getStorageReport({})).toMatchObject({ freeDiskBytes: BigInt(GIB - 1) });
    freeBytes = GIB;
    await untilDirective(client, tab, CONTINUE);
    await put(client, tab, 1);
  }, 20_000);

  test("is not known of a store that does not say", async () => {
    freeBytes = undefined;
    const client = newAdmin();
    const tab = await openTab(client);
    await eventually(async () => {
      expect((await client.getStorageReport({})).freeDiskBytes).toBeUndefined();
    });
    await put(client, tab, 0);
  }, 20_000);
});

describe("a database whose disk is full", () => {
  test("is said as storage_full, not as internal", async () => {
    const client = newAdmin();
    const tab = await openTab(client);
    const { owner } = ingest.database;
    await sql`create function ingest.disk_full() returns trigger language plpgsql as
              $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`.execute(owner);
    for (const table of ["sessions", "recording_settings", "session_deletions"]) {
      await sql`create trigger full_disk before insert or update or delete on ${sql.table(`ingest.${table}`)}
                for each row execute function ingest.disk_full()`.execute(owner);
    }
    const calls = [
      () => openTab(client),
      () => finish(client, tab.sessionId, {}),
      () => client.deleteSession(tab),
      () => client.updateRecordingSettings({ settings: {} }),
      () => client.deleteSessions({ deletionId: Bun.randomUUIDv7(), filter: { state: 1 } }),
    ];
    for (const call of calls) expect(await reasonFor(call())).toBe("storage_full");
    for (const table of ["sessions", "recording_settings", "session_deletions"]) {
      await sql`drop trigger full_disk on ${sql.table(`ingest.${table}`)}`.execute(owner);
    }
    await finish(client, tab.sessionId, {});
  });
});
