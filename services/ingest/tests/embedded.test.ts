import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { SessionDeletionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_deletion_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, eventsIn, finish, openSession, openTab, put, readAll } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";
import { openEmbeddedDatabase, type TestDatabase } from "./support/test-database.ts";
import { age } from "./support/time.ts";

describe("on the embedded database", () => {
  let database: TestDatabase;
  let ingest: IngestUnderTest;
  beforeAll(async () => {
    database = await openEmbeddedDatabase();
    ingest = await startIngest({ database });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await ingest?.stop();
    await database?.stop();
  });

  test("a session is recorded, completed, read and deleted", async () => {
    const client = ingest.as(person());
    const sessionId = await openSession(client, "Tuesday");
    const tabs = [newId(), newId()].map((tabId) => ({ sessionId, tabId }));
    const uploads = tabs.flatMap((tab) =>
      [2, 0, 1].map((seq) => put(client, tab, seq, [event(`${tab.tabId} ${seq}`)])),
    );
    await Promise.all(uploads);
    const ends = Object.fromEntries(tabs.map(({ tabId }) => [tabId, 2]));
    const { uploadState } = await finish(client, sessionId, ends);
    expect(uploadState?.state).toBe(SessionState.COMPLETE);

    const read = eventsIn(await readAll(client, sessionId));
    const sent = tabs.flatMap(({ tabId }) => [0, 1, 2].map((seq) => event(`${tabId} ${seq}`)));
    expect(read).toEqual(sent);

    await client.deleteSession({ sessionId });
    expect(await reasonFor(client.getSession({ sessionId }))).toBe("session_deleted");
    expect(await reasonFor(put(client, { sessionId, tabId: newId() }, 0))).toBe("session_deleted");
  });

  test("quiet sessions are finished, old ones lose their events, and many are deleted", async () => {
    const client = ingest.as(person({ role: Role.ADMIN }));
    const [quiet, old] = [await openTab(client), await openTab(client)];
    for (const tab of [quiet, old]) await put(client, tab, 0);
    await finish(client, old.sessionId, { [old.tabId]: 0 });
    await age(ingest, quiet.sessionId, 61);
    await age(ingest, old.sessionId, 8 * 24 * 60);
    const { blobFolder } = ingest;
    const second = await startIngest({ database, blobFolder });
    await eventually(async () => {
      expect((await client.getSession(quiet)).session?.state).toBe(SessionState.COMPLETE);
    });
    await second.stop();
    await client.updateRecordingSettings({ settings: { retentionDays: 7 } });
    await eventually(async () => {
      expect((await client.getSession(old)).session?.eventsExpireTime).toBeDefined();
    });
    expect(await client.getStorageReport({})).toMatchObject({ sessions: 2n, readableSessions: 1n, events: 1n });
    const deletionId = newId();
    await client.deleteSessions({ deletionId, filter: { state: SessionState.COMPLETE } });
    await eventually(async () => {
      const { deletion } = await client.getSessionDeletion({ deletionId });
      expect(deletion).toMatchObject({ state: SessionDeletionState.DONE, deletedSessions: 2n });
    });
  });

  test("is ready", async () => {
    await ingest.service.ready();
  });
});
