import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { MAX_PAYLOAD_BYTES } from "../payload/limits.ts";
import { mint, person, service } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, finish, openTab, packed, packedText, put, type TabName } from "./support/recording.ts";
import { errorOf, reasonFor } from "./support/refusals.ts";
import { allStored } from "./support/stored.ts";

let ingest: IngestUnderTest;
const alice = person();
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

const good = packed([event("good")]);
const deep = `[{"type":5,"timestamp":1,"data":${"[".repeat(3_000)}${"]".repeat(3_000)}}]`;

const bodies: [reason: string, chunk: ReturnType<typeof packed>][] = [
  ["codec_unknown", { ...good, codec: Codec.UNSPECIFIED }],
  ["codec_unknown", { ...good, codec: 99 as Codec }],
  ["body_not_gzip", { ...good, codec: Codec.GZIP }],
  ["body_not_zstd", { ...good, codec: Codec.ZSTD }],
  ["sha256_mismatch", { ...good, sha256: Buffer.alloc(32) }],
  ["request_invalid", { ...good, sha256: Buffer.alloc(31) }],
  ["request_invalid", { ...good, payload: new Uint8Array() }],
  ["request_invalid", { ...good, eventCount: 0 }],
  ["json_invalid", packedText('[{"type":5,', 1)],
  ["json_too_deep", packedText(deep, 1)],
  ["events_not_array", packedText("{}", 1)],
  ["events_not_array", packedText("[]", 1)],
  ["event_invalid", packedText('[{"type":5}]', 1)],
  ["event_count_wrong", { ...good, eventCount: 2 }],
  ["payload_too_large", { ...good, payload: Buffer.alloc(MAX_PAYLOAD_BYTES + 1, 32) }],
  ["decoded_too_large", packedText(`[${" ".repeat(128 * 1024 * 1024)}]`, 1, Codec.ZSTD)],
];

/** Expects a call on a tab to be refused for a reason, and that nothing at all was stored or removed by it. */
async function expectRefused(reason: string, call: () => Promise<unknown>): Promise<void> {
  const before = await allStored(ingest);
  expect(await reasonFor(call())).toBe(reason);
  expect(await allStored(ingest)).toEqual(before);
}

describe("a refused chunk leaves nothing behind:", () => {
  let tab: TabName;
  beforeAll(async () => {
    tab = await openTab(client);
    await put(client, tab, 0);
  });

  test.each(bodies)("%s", async (reason, chunk) => {
    await expectRefused(reason, () => client.putChunk({ ...tab, seq: 1n, ...chunk }));
  });

  test("a number below 0", () => expectRefused("request_invalid", () => put(client, tab, -1)));
  test("an id that is none", () => expectRefused("request_invalid", () => put(client, { ...tab, tabId: "x" }, 1)));
  test("a number over 100,000 ahead", async () => {
    await expectRefused("seq_too_far", () => put(client, tab, 100_001));
    expect((await put(client, tab, 100_000)).tab?.durableThrough).toBe(0n);
  });
  test("other bytes under its number", () =>
    expectRefused("chunk_conflict", () => put(client, tab, 0, [event("other")])));
  test("a session that never was", () =>
    expectRefused("session_not_found", () => put(client, { ...tab, sessionId: newId() }, 1)));
  test("another member's session", () => {
    const other = ingest.as(person({ workspaceId: alice.workspaceId, role: Role.ADMIN }));
    return expectRefused("session_not_found", () => put(other, tab, 1));
  });
  test("another workspace's session", () => expectRefused("session_not_found", () => put(ingest.as(person()), tab, 1)));
  test("a deleted session", async () => {
    const gone = await openTab(client);
    await put(client, gone, 0);
    await client.deleteSession(gone);
    await Bun.sleep(0);
    expect(await reasonFor(put(client, gone, 0))).toBe("session_deleted");
    expect(await reasonFor(put(client, gone, 1))).toBe("session_deleted");
  });
  test("the 501st tab", async () => {
    const full = await openTab(client);
    await finish(client, full.sessionId, Object.fromEntries(Array.from({ length: 500 }, () => [newId(), 0])));
    await expectRefused("too_many_tabs", () => put(client, full, 0));
  });
  test("no token, a viewer, a service, a token of another instance", async () => {
    await expectRefused("token_missing", () => put(ingest.as(undefined), tab, 1));
    await expectRefused("permission_denied", () => put(ingest.as(person({ ...alice, role: Role.VIEWER })), tab, 1));
    await expectRefused("permission_denied", () => put(ingest.as(service("analysis", alice.workspaceId)), tab, 1));
    const forged = { token: `${alice.token.slice(0, -10)}AAAAAAAAAA` };
    await expectRefused("token_invalid", () => put(ingest.as(forged), tab, 1));
    const claims = { aud: "gigtrail", sub: alice.userId, workspace: alice.workspaceId, role: Role.MEMBER };
    await expectRefused("token_expired", () => put(ingest.as({ token: mint("at+jwt", claims, -60) }), tab, 1));
    await expectRefused("token_invalid", () => put(ingest.as({ token: mint("gigtrail-service+jwt", claims) }), tab, 1));
  });
});

describe("a chunk to somebody else's session", () => {
  // Otherwise the order of the checks would tell that the session exists.
  test.each(bodies.filter(([reason]) => reason !== "request_invalid" && reason !== "payload_too_large"))(
    "is told the same as one to no session at all, whatever is wrong with it (%s)",
    async (_reason, chunk) => {
      const tab = await openTab(client);
      await put(client, tab, 0);
      const other = ingest.as(person({ workspaceId: alice.workspaceId }));
      const toOther = await errorOf(other.putChunk({ ...tab, seq: 0n, ...chunk }));
      const toNone = await errorOf(other.putChunk({ ...tab, sessionId: newId(), seq: 0n, ...chunk }));
      expect(toOther).toEqual(toNone);
    },
  );
});

describe("numbers and times that nobody can mean", () => {
  const far = 2n ** 62n;
  test.each([
    ["a clock far ahead", { clientSentTime: { seconds: far, nanos: 0 } }],
    ["a clock far behind", { clientSentTime: { seconds: -far, nanos: 0 } }],
    ["nanoseconds below 0", { clientSentTime: { seconds: 0n, nanos: -2_000_000_000 } }],
    ["more dropped events than there can be", { droppedEvents: 2n ** 63n - 1n }],
  ])("cost neither the chunk nor others (%s)", async (_what, more) => {
    const tab = await openTab(client);
    const odd = { ...tab, seq: 0n, ...packed([event("odd")]), ...more };
    const answers = [client.putChunk(odd), put(client, tab, 1), client.putChunk({ ...odd, seq: 2n })];
    await Promise.all(answers);
    const { session } = await client.getSession(tab);
    expect(session?.chunkCount).toBe(3n);
  });

  test("event times may lie at the ends of time; one that lies ahead counts for nothing", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0, [event("early", -62_135_596_800_000), event("late", 253_402_300_799_999)]);
    const { session } = await client.getSession(tab);
    expect(session?.firstEventTime?.seconds).toBe(-62_135_596_800n);
    expect(session?.lastEventTime?.seconds).toBe(-62_135_596_800n);
    expect(session?.misdatedEvents).toBe(1n);
  });
});
