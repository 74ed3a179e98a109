import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, finish, openTab, put } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";
import { age } from "./support/time.ts";

const DAY = 24 * 60;

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ env: { WORKSPACE_BYTE_BUDGET: "123456789" } });
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

describe("the report of what is stored", () => {
  test("of a workspace without recordings is empty, with its budget and the disk's room", async () => {
    const report = await ingest.as(person({ role: Role.ADMIN })).getStorageReport({});
    expect(report).toMatchObject({
      sessions: 0n,
      readableSessions: 0n,
      events: 0n,
      rawBytes: 0n,
      storedBytes: 0n,
      byteBudget: 123_456_789n,
    });
    expect(report.oldestCreateTime).toBeUndefined();
    expect(Number(report.freeDiskBytes)).toBeGreaterThan(0);
  });

  test("adds up all members' sessions, and only counts those whose events have expired", async () => {
    const admin = person({ role: Role.ADMIN });
    const client = ingest.as(admin);
    const member = ingest.as(person({ workspaceId: admin.workspaceId }));
    const old = await openTab(client);
    await put(client, old, 0);
    await finish(client, old.sessionId, { [old.tabId]: 0 });
    await age(ingest, old.sessionId, 9 * DAY);
    const kept = await openTab(member);
    await put(member, kept, 0, [event("one"), event("two")]);
    const before = await client.getStorageReport({});
    const oldest = (await client.getSession(old)).session?.createTime;
    expect(before).toMatchObject({ sessions: 2n, readableSessions: 2n, events: 3n });
    expect(before.oldestCreateTime && timestampMs(before.oldestCreateTime)).toBe(timestampMs(oldest!));
    await client.updateRecordingSettings({ settings: { retentionDays: 7 } });
    const { session } = await client.getSession(kept);
    await eventually(async () => {
      expect(await client.getStorageReport({})).toMatchObject({
        sessions: 2n,
        readableSessions: 1n,
        events: 2n,
        rawBytes: session?.rawBytes,
        storedBytes: session?.storedBytes,
      });
    });
    const after = await client.getStorageReport({});
    expect(after.oldestCreateTime && timestampMs(after.oldestCreateTime)).toBe(timestampMs(session!.createTime!));
  });

  test("is an admin's to see, and says nothing of another workspace", async () => {
    const owner = person({ role: Role.OWNER });
    await put(ingest.as(owner), await openTab(ingest.as(owner)), 0);
    expect(await ingest.as(person({ role: Role.OWNER })).getStorageReport({})).toMatchObject({
      sessions: 0n,
      events: 0n,
    });
    const { workspaceId } = owner;
    expect(await reasonFor(ingest.as(person({ workspaceId })).getStorageReport({}))).toBe("permission_denied");
  });
});
