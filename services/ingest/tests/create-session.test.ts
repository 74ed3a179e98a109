import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { eventsIn, put, readAll } from "./support/recording.ts";
import { errorOf, reasonFor } from "./support/refusals.ts";

let ingest: IngestUnderTest;
const alice = person();
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

describe("opening a session", () => {
  test("answers with it", async () => {
    const sessionId = newId();
    const { session } = await client.createSession({ sessionId, displayName: "Tuesday ☕" });
    expect(session).toMatchObject({
      sessionId,
      userId: alice.userId,
      deviceId: "",
      displayName: "Tuesday ☕",
      state: SessionState.RECORDING,
      generation: 1,
      eventCount: 0n,
    });
    expect(session?.firstEventTime).toBeUndefined();
    expect(await client.getSession({ sessionId })).toMatchObject({ session });
  });

  test("again answers with it as it is", async () => {
    const sessionId = newId();
    await client.createSession({ sessionId, displayName: "first" });
    await put(client, { sessionId, tabId: newId() }, 0);
    for (const id of [sessionId, sessionId.toUpperCase()]) {
      const { session } = await client.createSession({ sessionId: id, displayName: "second" });
      expect(session).toMatchObject({ sessionId, displayName: "first", chunkCount: 1n });
    }
  });

  test("under an id in capitals is the same as under the small one", async () => {
    const sessionId = newId();
    const tab = { sessionId, tabId: newId() };
    const { session } = await client.createSession({ sessionId: sessionId.toUpperCase() });
    expect(session?.sessionId).toBe(sessionId);
    await put(client, tab, 0);
    await put(client, { sessionId: sessionId.toUpperCase(), tabId: tab.tabId.toUpperCase() }, 1);
    expect(eventsIn(await readAll(client, sessionId.toUpperCase()))).toHaveLength(2);
  });

  test("many times at once makes one", async () => {
    const sessionId = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.createSession({ sessionId })));
    expect(
      new Set(answers.map(({ session }) => JSON.stringify(session?.createTime, (_, value) => String(value)))).size,
    ).toBe(1);
    await put(client, { sessionId, tabId: newId() }, 0);
  });

  test("of new members of a workspace at once gives the workspace one key", async () => {
    const workspaceId = newId();
    const members = Array.from({ length: 10 }, () => ingest.as(person({ workspaceId })));
    const ids = await Promise.all(
      members.map(async (member) => {
        const sessionId = newId();
        await member.createSession({ sessionId });
        return sessionId;
      }),
    );
    for (const [index, member] of members.entries()) {
      await put(member, { sessionId: ids[index] ?? "", tabId: newId() }, 0);
    }
  });

  test("refuses what is not an id, and a name that is too long or cannot be stored", async () => {
    expect(await reasonFor(client.createSession({ sessionId: "tuesday" }))).toBe("request_invalid");
    expect(await reasonFor(client.createSession({ sessionId: newId(), displayName: "x".repeat(201) }))).toBe(
      "request_invalid",
    );
    const refused = await errorOf(client.createSession({ sessionId: newId(), displayName: "nul \0 byte" }));
    expect(refused).toMatchObject({ reason: "request_invalid", message: "display_name: must not contain U+0000" });
  });
});
