import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { newId } from "@gigtrail/platform/ids";
import { createLog } from "@gigtrail/platform/log";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import type { IngestSchema } from "../db/schema.ts";
import { type Caller, person, service } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openTab, packed, put, readAll, event, type TabName } from "./support/recording.ts";
import { errorOf } from "./support/refusals.ts";
import { allStored } from "./support/stored.ts";

/** Tables without row level security: they hold ids, states and positions, and nothing that anybody recorded. */
const SYSTEM_TABLES = ["jobs", "migrations", "migrations_lock", "outbox", "outbox_head", "packs", "workspaces"];

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** Every RPC that takes a session's id. */
const calls: Record<string, (client: IngestClient, tab: TabName) => Promise<unknown>> = {
  putChunk: (client, tab) => client.putChunk({ ...tab, seq: 0n, ...packed([event("mine")]) }),
  getUploadState: (client, tab) => client.getUploadState(tab),
  finishSession: (client, { sessionId, tabId }) => finish(client, sessionId, { [tabId]: 0 }),
  getSession: (client, tab) => client.getSession(tab),
  deleteSession: (client, tab) => client.deleteSession(tab),
  readEvents: (client, { sessionId }) => readAll(client, sessionId),
};

describe("somebody else's session", () => {
  const strangers: [string, (owner: { workspaceId: string }) => Caller][] = [
    ["another workspace's member", () => person()],
    ["another workspace's owner", () => person({ role: Role.OWNER })],
    ["another member of the workspace", ({ workspaceId }) => person({ workspaceId })],
    ["another member's device", ({ workspaceId }) => person({ workspaceId, role: Role.OWNER, deviceId: newId() })],
    ["a service that works for another workspace", () => service("analysis", newId())],
  ];

  test.each(strangers)("is to %s exactly as one that never was, in every RPC", async (_who, make) => {
    const owner = person();
    const live = await openTab(ingest.as(owner));
    await put(ingest.as(owner), live, 0);
    const deleted = await openTab(ingest.as(owner));
    await put(ingest.as(owner), deleted, 0);
    await ingest.as(owner).deleteSession(deleted);
    const stranger = ingest.as(make(owner));
    const before = (await allStored(ingest)).rows;
    for (const call of Object.values(calls)) {
      const never = await errorOf(call(stranger, { sessionId: newId(), tabId: newId() }));
      expect(["session_not_found", "permission_denied"]).toContain(never.reason ?? "");
      expect(await errorOf(call(stranger, live))).toEqual(never);
      expect(await errorOf(call(stranger, deleted))).toEqual(never);
    }
    const { rows } = await allStored(ingest);
    for (const table of ["sessions", "tabs", "chunks", "session_keys", "tombstones"]) {
      expect(rows[table]).toEqual(before[table] ?? []);
    }
  });

  test("cannot be opened by another member, who is not told whether it is there or was deleted", async () => {
    const owner = person();
    const live = await openTab(ingest.as(owner));
    const deleted = await openTab(ingest.as(owner));
    await ingest.as(owner).deleteSession(deleted);
    const other = ingest.as(person({ workspaceId: owner.workspaceId }));
    for (const { sessionId } of [live, deleted]) {
      expect((await errorOf(other.createSession({ sessionId }))).reason).toBe("session_not_found");
    }
  });

  test("is covered here in every RPC that names one", () => {
    const naming = IngestService.methods.filter(({ input }) => input.fields.some(({ name }) => name === "session_id"));
    const named = naming.map(({ localName }) => localName).filter((name) => name !== "createSession");
    expect(Object.keys(calls).toSorted()).toEqual(named.toSorted());
  });
});

/** Every RPC that names no session: what another workspace does with it shows in nobody's answer. */
const workspaceCalls: Record<string, (client: IngestClient) => Promise<unknown>> = {
  listSessions: async (client) => (await client.listSessions({})).sessions,
  deleteSessions: async (client) =>
    (await client.deleteSessions({ validateOnly: true, filter: { createdAfter: { seconds: 0n, nanos: 0 } } })).deletion,
  getRecordingSettings: async (client) => (await client.getRecordingSettings({})).settings,
  getStorageReport: async (client) => ({ ...(await client.getStorageReport({})), freeDiskBytes: undefined }),
  getSessionDeletion: (client) => errorOf(client.getSessionDeletion({ deletionId: SHARED_DELETION })),
};
const SHARED_DELETION = newId();

describe("a workspace", () => {
  test("hears nothing of what another does, in any RPC", async () => {
    const [mine, other] = [ingest.as(person({ role: Role.OWNER })), ingest.as(person({ role: Role.OWNER }))];
    const answers = async () => {
      const all: [string, unknown][] = [];
      for (const [name, call] of Object.entries(workspaceCalls)) all.push([name, await call(mine)]);
      return all;
    };
    const before = await answers();
    await put(other, await openTab(other), 0);
    await other.updateRecordingSettings({ settings: { retentionDays: 3, byteBudget: 5n, keepInputs: true } });
    await other.deleteSessions({ deletionId: SHARED_DELETION, filter: { userId: newId() } });
    expect(await answers()).toEqual(before);
  });

  test("is covered here in every RPC that a person calls", () => {
    const forServices = ["listChanges"];
    const ofChunks = ["createSession", "putChunks"];
    const written = ["updateRecordingSettings"];
    const known = [...Object.keys(calls), ...Object.keys(workspaceCalls), ...forServices, ...ofChunks, ...written];
    expect(IngestService.methods.map(({ localName }) => localName).toSorted()).toEqual(known.toSorted());
  });
});

describe("the database", () => {
  test("closes every table to other tenants, but for those that hold nothing of theirs", async () => {
    const { rows } = await sql<{ name: string; closed: boolean; policies: number }>`
      select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as closed,
             (select count(*)::int from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polpermissive
                and pg_get_expr(p.polqual, p.polrelid) like '%workspace_id = ANY%app.workspaces%'
                and pg_get_expr(p.polwithcheck, p.polrelid) like '%workspace_id = ANY%app.workspaces%') as policies
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'ingest' and c.relkind in ('r', 'p', 'v', 'm', 'f')
       order by c.relname`.execute(ingest.database.owner);
    const open = rows.filter(({ closed }) => !closed).map(({ name }) => name);
    expect(open).toEqual(SYSTEM_TABLES);
    for (const { name, policies } of rows.filter(({ closed }) => closed))
      expect({ name, policies }).toEqual({ name, policies: 1 });
    expect(rows.length).toBeGreaterThan(SYSTEM_TABLES.length);
  });

  test("keeps the workspace in the key of every tenant table", async () => {
    const { rows } = await sql<{ name: string }>`
      select c.relname as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indrelid = c.oid
       where n.nspname = 'ingest' and c.relrowsecurity and i.indisunique
         and not exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and a.attnum = any(i.indkey))`.execute(
      ingest.database.owner,
    );
    expect(rows).toEqual([]);
  });

  test("shows a service's role the rows of the named workspaces only, and takes none of others", async () => {
    const [mine, other] = [person({ role: Role.OWNER }), person({ role: Role.OWNER })];
    for (const owner of [mine, other]) {
      const client = ingest.as(owner);
      await put(client, await openTab(client), 0);
      await client.updateRecordingSettings({ settings: { retentionDays: 1 } });
      await client.deleteSessions({ deletionId: newId(), filter: { userId: newId() } });
    }
    const pool = openPool<IngestSchema>(ingest.database.surroundings.address, createLog("test", "silent"), 1);
    const db = new Database(pool, "ingest");
    const tables = [
      ...(["sessions", "tabs", "chunks", "workspace_keys", "session_keys"] as const),
      ...(["recording_settings", "session_deletions"] as const),
    ];
    for (const table of tables) {
      const seen = await db.inWorkspace(mine.workspaceId, (tx) =>
        tx.selectFrom(table).select("workspace_id").execute(),
      );
      expect([...new Set(seen.map((row) => row.workspace_id))]).toEqual([mine.workspaceId]);
      await expect(db.asSystem((tx) => tx.selectFrom(table).select("workspace_id").execute())).rejects.toThrow(
        "denied",
      );
    }
    const stealing = { workspace_id: other.workspaceId, session_id: newId(), user_id: newId(), display_name: "" };
    const insert = db.inWorkspace(mine.workspaceId, (tx) => tx.insertInto("sessions").values(stealing).execute());
    await expect(insert).rejects.toThrow("row-level security");
    const moved = db.inWorkspace(mine.workspaceId, (tx) =>
      tx.updateTable("sessions").set({ workspace_id: other.workspaceId }).execute(),
    );
    await expect(moved).rejects.toThrow();
    await db.close();
  });
});
