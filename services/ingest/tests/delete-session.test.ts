import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { Change_Kind } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { newId } from "@gigtrail/platform/ids";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import { packName } from "../blocks/pack.ts";
import { person, service } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openTab, put, readAll } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";
import { allStored, blobFiles } from "./support/stored.ts";
import { postgres } from "./support/test-database.ts";

let ingest: IngestUnderTest;
const alice = person();
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** What mentions a session in the tables and the blob folder. */
async function traces(sessionId: string): Promise<string[]> {
  const { rows, files } = await allStored(ingest);
  const mentioned = Object.entries(rows).flatMap(([table, each]) =>
    each.some((row) => row.includes(sessionId)) ? [table] : [],
  );
  return files.some((file) => file.includes(sessionId)) ? [...mentioned, "files"] : mentioned;
}

async function recordedTab() {
  const tab = await openTab(client);
  for (const seq of [0, 1, 2]) await put(client, tab, seq);
  await finish(client, tab.sessionId, { [tab.tabId]: 2 });
  return tab;
}

describe("a deleted session", () => {
  test("leaves nothing but a tombstone and the news of what happened", async () => {
    const { sessionId } = await recordedTab();
    await client.deleteSession({ sessionId });
    const { rows } = await allStored(ingest);
    for (const table of ["sessions", "tabs", "chunks", "session_keys"]) {
      expect(rows[table]?.filter((row) => row.includes(sessionId))).toEqual([]);
    }
    await eventually(async () => expect(await traces(sessionId)).toEqual(["tombstones", "outbox"]));
  });

  test("cannot be brought back by anything that names it", async () => {
    const tab = await recordedTab();
    await client.deleteSession(tab);
    const comebacks = [
      () => put(client, tab, 0),
      () => put(client, tab, 3),
      () => client.createSession(tab),
      () => finish(client, tab.sessionId, { [tab.tabId]: 2 }),
      () => client.getSession(tab),
      () => client.getUploadState(tab),
      () => readAll(client, tab.sessionId),
    ];
    for (const comeback of comebacks) expect(await reasonFor(comeback())).toBe("session_deleted");
    await eventually(async () => expect(await traces(tab.sessionId)).toEqual(["tombstones", "outbox"]));
  });

  test("is deleted again without a word, and others are told once", async () => {
    const { sessionId } = await recordedTab();
    await Promise.all([1, 2, 3].map(() => client.deleteSession({ sessionId })));
    await client.deleteSession({ sessionId: sessionId.toUpperCase() });
    const analysis = ingest.as(service("analysis"));
    const changes = await eventually(async () => {
      const page = await analysis.listChanges({ pageSize: 1_000 });
      const own = page.changes.filter((change) => change.sessionId === sessionId);
      expect(own.map(({ kind }) => kind)).toEqual([Change_Kind.COMPLETED, Change_Kind.DELETED]);
      return own;
    });
    expect(changes.at(-1)).toMatchObject({ workspaceId: alice.workspaceId, userId: alice.userId, generation: 1 });
  });

  test("was its member's or an admin's to delete", async () => {
    const { workspaceId } = alice;
    const { sessionId } = await recordedTab();
    const others = [
      person({ workspaceId }),
      person({ role: Role.OWNER }),
      person({ workspaceId, role: Role.ADMIN, deviceId: newId() }),
    ];
    for (const other of others) {
      expect(await reasonFor(ingest.as(other).deleteSession({ sessionId }))).toBe("session_not_found");
    }
    for (const none of [service("analysis", workspaceId), person({ ...alice, role: Role.VIEWER })]) {
      expect(await reasonFor(ingest.as(none).deleteSession({ sessionId }))).toBe("permission_denied");
    }
    expect(await readAll(client, sessionId)).toHaveLength(3);
    await ingest.as(person({ workspaceId, role: Role.ADMIN })).deleteSession({ sessionId });
    expect(await reasonFor(client.getSession({ sessionId }))).toBe("session_deleted");
  });

  test("is up to a device only for what it recorded itself", async () => {
    const byHand = await recordedTab();
    const device = ingest.as(person({ ...alice, deviceId: newId() }));
    expect(await reasonFor(device.deleteSession(byHand))).toBe("session_not_found");
    const own = await openTab(device);
    const other = ingest.as(person({ ...alice, deviceId: newId() }));
    expect(await reasonFor(other.deleteSession(own))).toBe("session_not_found");
    await device.deleteSession(own);
    expect(await reasonFor(client.getSession(own))).toBe("session_deleted");
    expect(await readAll(client, byHand.sessionId)).toHaveLength(3);
  });

  test("takes no other session with it", async () => {
    const [gone, kept] = [await recordedTab(), await recordedTab()];
    const foreign = ingest.as(person());
    await foreign.createSession(gone);
    await put(foreign, gone, 0);
    const files = await packsOf(gone.sessionId);
    expect(files).not.toEqual([]);
    await client.deleteSession(gone);
    await eventually(() => {
      for (const file of files) expect(blobFiles(ingest.blobFolder)).not.toContain(file);
    });
    expect(await readAll(client, kept.sessionId)).toHaveLength(3);
    expect(await readAll(foreign, gone.sessionId)).toHaveLength(1);
  });
});

/** Names of the files that hold a session's blocks, of this workspace's. */
async function packsOf(sessionId: string): Promise<string[]> {
  const chunks = ingest.database.owner
    .selectFrom("chunks")
    .select("pack_id")
    .where("workspace_id", "=", alice.workspaceId)
    .where("session_id", "=", sessionId);
  return (await chunks.execute()).map((row) => packName(row.pack_id));
}

describe("deleting while chunks arrive", () => {
  test("leaves no chunk, key or file behind, whoever was first", async () => {
    const second = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder });
    const clients = [client, second.as(alice)];
    const tabs = await Promise.all(Array.from({ length: 8 }, () => openTab(client)));
    const outcomes = await Promise.all(
      tabs.map(async (tab, index) => {
        const uploads = Array.from({ length: 6 }, (_, seq) =>
          put(clients[seq % 2] ?? client, tab, seq).then(() => "stored", reasonOf),
        );
        await Bun.sleep(index);
        await clients[index % 2]?.deleteSession(tab);
        return Promise.all(uploads);
      }),
    );
    for (const outcome of outcomes.flat()) expect(["stored", "session_deleted"]).toContain(outcome ?? "");
    await eventually(async () => {
      for (const { sessionId } of tabs) expect(await traces(sessionId)).toEqual(["tombstones", "outbox"]);
    });
    await second.stop();
  });
});

// PGlite has one session: there, no two transactions are open at once.
describe.skipIf(postgres.skip)(postgres.title("a deletion that is not committed yet"), () => {
  test("cannot be overtaken by opening the session again", async () => {
    const { sessionId } = await recordedTab();
    const { owner } = ingest.database;
    const locked = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const deletion = owner.transaction().execute(async (tx) => {
      await sql`insert into ingest.tombstones (workspace_id, session_id, user_id)
                values (${alice.workspaceId}, ${sessionId}, ${alice.userId})`.execute(tx);
      await sql`delete from ingest.session_keys where session_id = ${sessionId}`.execute(tx);
      await sql`delete from ingest.sessions where session_id = ${sessionId}`.execute(tx);
      locked.resolve();
      await commit.promise;
    });
    await locked.promise;
    const opening = reasonFor(client.createSession({ sessionId }));
    await eventually(async () => {
      const waiting =
        await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
          owner,
        );
      expect(waiting.rows).toHaveLength(1);
    });
    commit.resolve();
    await deletion;
    expect(await opening).toBe("session_deleted");
    expect(await reasonFor(client.getSession({ sessionId }))).toBe("session_deleted");
  });
});
