import { afterEach, beforeEach, expect, test } from "bun:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { RecordingSettings_WhenFull } from "@gigtrail/proto/gen/gigtrail/ingest/v1/recording_settings_pb";
import { Person } from "./support/cli.ts";
import { FakeGateway } from "./support/fake-gateway.ts";

let gateway: FakeGateway;
let person: Person;
beforeEach(async () => {
  gateway = await FakeGateway.start();
  person = await Person.at(gateway.url);
  await person.run("sign-up", "--email", "ada@example.com");
});
afterEach(async () => {
  await person.leave();
  await gateway.stop();
});

/** The lines of a table of two columns. */
function rows(stdout: string): Record<string, string> {
  return Object.fromEntries(stdout.split("\n").map((line) => line.split(/ {2,}/) as [string, string]));
}

test("storage tells what is stored and what room there is", async () => {
  gateway.recordings.storageReport = {
    sessions: 1_234n,
    readableSessions: 1_000n,
    events: 5_000_000n,
    rawBytes: 9_000_000_000n,
    storedBytes: 1_000_000_000n,
    byteBudget: 5_000_000_000n,
    oldestCreateTime: timestampFromMs(Date.UTC(2026, 0, 2, 3, 4)),
    freeDiskBytes: 70_000_000_000n,
  };
  const { code, stdout } = await person.run("storage");
  expect(code).toBe(0);
  expect(rows(stdout)).toMatchObject({
    sessions: "1,234",
    "with events": "1,000",
    events: "5,000,000",
    "as recorded": "9.0 GB",
    "at rest": "1.0 GB",
    budget: "5.0 GB",
    oldest: "2026-01-02 03:04 UTC",
    "free on the disk": "70.0 GB",
  });
});

test("storage of an empty workspace on a store that says nothing of its room", async () => {
  const { stdout } = await person.run("storage");
  expect(rows(stdout)).toMatchObject({ sessions: "0", budget: "none", oldest: "-", "free on the disk": "unknown" });
});

test("settings shows what holds, and changes nothing by that", async () => {
  const before = gateway.recordings.settings;
  const { code, stdout } = await person.run("settings");
  expect(code).toBe(0);
  expect(rows(stdout)).toMatchObject({
    "events are removed after": "30 days",
    "byte budget": "5.0 GB (5000000000 bytes)",
    "when it is used up": "refuse",
    "e-mail addresses": "masked",
    "what is typed": "masked",
  });
  expect(gateway.recordings.settings).toBe(before);
});

test("settings changes what is named, and keeps the rest", async () => {
  await person.run("settings", "--keep-emails", "yes", "--when-full", "remove-oldest");
  const { stdout } = await person.run("settings", "--retention-days", "0");
  expect(gateway.recordings.settings).toMatchObject({
    retentionDays: 0,
    byteBudget: 5_000_000_000n,
    whenFull: RecordingSettings_WhenFull.REMOVE_OLDEST,
    keepEmailAddresses: true,
    keepInputs: false,
  });
  expect(rows(stdout)).toMatchObject({ "events are removed after": "never", "when it is used up": "remove-oldest" });
});

test("settings gives back to the server what is `default`", async () => {
  await person.run("settings", "--retention-days", "default", "--byte-budget", "default");
  const { retentionDays, byteBudget } = gateway.recordings.settings;
  expect([retentionDays, byteBudget]).toEqual([undefined, undefined]);
});

test.each([
  [["--retention-days", "a week"], "--retention-days must be a whole number, or default."],
  [["--retention-days", "1.5"], "--retention-days must be a whole number, or default."],
  [["--byte-budget", "99999999999999999999"], "--byte-budget must be a whole number, or default."],
  [["--when-full", "explode"], "--when-full must be one of refuse, remove-oldest."],
  [["--keep-inputs", "maybe"], "--keep-inputs must be one of yes, no."],
])("settings %p is refused in a sentence", async (argv, sentence) => {
  const before = gateway.recordings.settings;
  expect(await person.run("settings", ...argv)).toMatchObject({ code: 2, stderr: `${sentence}\n` });
  expect(gateway.recordings.settings).toBe(before);
});
