import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { RecordingSettings_WhenFull } from "@gigtrail/proto/gen/gigtrail/ingest/v1/recording_settings_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, openTab, put, readAll, type TestEvent } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";

const { REFUSE, REMOVE_OLDEST } = RecordingSettings_WhenFull;
const INSTANCE = { retentionDays: 30, byteBudget: 1_000_000n };
const NOTHING_KEPT = { keepEmailAddresses: false, keepInputs: false };

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest({ env: { RETENTION_DAYS: "30", WORKSPACE_BYTE_BUDGET: "1000000" } });
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

const admin = () => person({ role: Role.ADMIN });

describe("recording settings", () => {
  test("are those of the instance until the workspace says something else", async () => {
    const client = ingest.as(person());
    expect((await client.getRecordingSettings({})).settings).toMatchObject({
      ...INSTANCE,
      whenFull: REFUSE,
      ...NOTHING_KEPT,
    });
  });

  test("are replaced as a whole, and answered as they hold", async () => {
    const client = ingest.as(admin());
    const changed = { retentionDays: 7, byteBudget: 5n, whenFull: REMOVE_OLDEST, keepInputs: true };
    const { settings } = await client.updateRecordingSettings({ settings: changed });
    expect(settings).toMatchObject({ ...changed, keepEmailAddresses: false });
    expect((await client.getRecordingSettings({})).settings).toEqual(settings);
    await client.updateRecordingSettings({ settings: { keepEmailAddresses: true } });
    expect((await client.getRecordingSettings({})).settings).toMatchObject({
      ...INSTANCE,
      whenFull: REFUSE,
      keepInputs: false,
      keepEmailAddresses: true,
    });
  });

  test("of zero mean never and no limit, not what the instance holds", async () => {
    const client = ingest.as(admin());
    await client.updateRecordingSettings({ settings: { retentionDays: 0, byteBudget: 0n } });
    expect((await client.getRecordingSettings({})).settings).toMatchObject({ retentionDays: 0, byteBudget: 0n });
  });

  test("are an admin's to change, a member's and their device's to read, and nobody's of another workspace", async () => {
    const owner = admin();
    const { workspaceId } = owner;
    await ingest.as(owner).updateRecordingSettings({ settings: { retentionDays: 3 } });
    for (const reader of [person({ workspaceId }), person({ workspaceId, deviceId: newId() })]) {
      expect((await ingest.as(reader).getRecordingSettings({})).settings?.retentionDays).toBe(3);
    }
    for (const other of [person({ workspaceId }), person({ ...owner, role: Role.ADMIN, deviceId: newId() })]) {
      const change = ingest.as(other).updateRecordingSettings({ settings: {} });
      expect(await reasonFor(change)).toBe("permission_denied");
    }
    const stranger = ingest.as(admin());
    expect((await stranger.getRecordingSettings({})).settings?.retentionDays).toBe(30);
    await stranger.updateRecordingSettings({ settings: { retentionDays: 1 } });
    expect((await ingest.as(owner).getRecordingSettings({})).settings?.retentionDays).toBe(3);
  });

  test("that break a rule are refused and change nothing", async () => {
    const client = ingest.as(admin());
    for (const settings of [{ retentionDays: -1 }, { retentionDays: 36_501 }, { byteBudget: -1n }, undefined]) {
      const change = client.updateRecordingSettings(settings === undefined ? {} : { settings });
      expect(await reasonFor(change)).toBe("request_invalid");
    }
    expect((await client.getRecordingSettings({})).settings).toMatchObject(INSTANCE);
  });
});

describe("what comes in", () => {
  const said = (text: string): TestEvent[] => [{ type: 5, timestamp: 1, data: { tag: "test", payload: { text } } }];
  const typed = (text: string): TestEvent[] => [
    { type: 3, timestamp: 2, data: { source: 5, id: 9, text, isChecked: false } },
  ];

  test("is masked as the workspace says, from the change on", async () => {
    const owner = admin();
    const client = ingest.as(owner);
    const tab = await openTab(client);
    const events = [...said("write to ada@example.com"), ...typed("some words")];
    await put(client, tab, 0, events);
    await client.updateRecordingSettings({ settings: { keepEmailAddresses: true, keepInputs: true } });
    await put(client, tab, 1, [...events, event("on")]);
    const stored = (await readAll(client, tab.sessionId)).map((line) => ({
      seq: line.seq,
      text: JSON.stringify(line.event),
    }));
    const textOf = (seq: number) =>
      stored
        .filter((line) => line.seq === seq)
        .map(({ text }) => text)
        .join();
    expect(textOf(0)).not.toContain("ada@example.com");
    expect(textOf(0)).not.toContain("some words");
    expect(textOf(1)).toContain("ada@example.com");
    expect(textOf(1)).toContain("some words");
  });
});
