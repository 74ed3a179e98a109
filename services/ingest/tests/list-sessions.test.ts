import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { newId } from "@gigtrail/platform/ids";
import { encodePageToken } from "@gigtrail/platform/page-token";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { CompiledQuery, sql } from "kysely";
import { pageOfSessions } from "../rpc/list-sessions.ts";
import { type Person, person, service } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openSession, openTab, put } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

type Filter = Parameters<IngestClient["listSessions"]>[0]["filter"];

async function listAll(client: IngestClient, pageSize = 0, filter?: Filter): Promise<string[]> {
  const ids: string[] = [];
  let pageToken = "";
  do {
    const page = await client.listSessions({ pageSize, pageToken, ...(filter && { filter }) });
    expect(page.sessions.length).toBeLessThanOrEqual(pageSize === 0 ? 50 : pageSize);
    ids.push(...page.sessions.map(({ sessionId }) => sessionId));
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return ids;
}

/** Sets when a session was made, in microseconds after the year 2026 began. */
async function madeAt(sessionId: string, micros: number): Promise<void> {
  await sql`update ingest.sessions set create_time = timestamptz '2026-01-01T00:00:00Z' + ${micros} * interval '1 microsecond'
             where session_id = ${sessionId}`.execute(ingest.database.owner);
}

describe("the list of sessions", () => {
  test("shows a member their own, an admin and services all of the workspace, and nobody those of others", async () => {
    const [alice, bob] = [person(), person()];
    const carol = person({ workspaceId: alice.workspaceId });
    const [ofAlice, ofBob, ofCarol] = [
      await openSession(ingest.as(alice)),
      await openSession(ingest.as(bob)),
      await openSession(ingest.as(carol)),
    ];
    const { workspaceId } = alice;
    const sees: [string[], Parameters<IngestUnderTest["as"]>[0]][] = [
      [[ofAlice], alice],
      [[ofBob], bob],
      [[ofCarol], carol],
      [[ofAlice], person({ ...alice, role: Role.ADMIN, deviceId: newId() })],
      [[ofCarol, ofAlice], person({ workspaceId, role: Role.ADMIN })],
      [[ofCarol, ofAlice], service("export", workspaceId)],
      [[], service("export", newId())],
    ];
    for (const [expected, caller] of sees) expect(await listAll(ingest.as(caller))).toEqual(expected);
    expect(await reasonFor(ingest.as(service("export")).listSessions({}))).toBe("permission_denied");
    expect(await reasonFor(ingest.as(person({ ...alice, role: Role.VIEWER })).listSessions({}))).toBe(
      "permission_denied",
    );
  });

  test("page by page shows each once, newest first, equal times too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (micros, pageSize) => {
          const client = ingest.as(person());
          const made: { sessionId: string; at: number }[] = [];
          for (const at of micros) {
            const sessionId = await openSession(client);
            await madeAt(sessionId, at);
            made.push({ sessionId, at });
          }
          made.sort((a, b) => b.at - a.at || (a.sessionId < b.sessionId ? 1 : -1));
          expect(await listAll(client, pageSize)).toEqual(made.map(({ sessionId }) => sessionId));
        },
      ),
      { numRuns: 15 },
    );
  }, 20_000);

  test("goes on where it was when sessions are added and deleted between pages", async () => {
    const client = ingest.as(person());
    const ids: string[] = [];
    for (let made = 0; made < 5; made += 1) ids.unshift(await openSession(client));
    const first = await client.listSessions({ pageSize: 2 });
    await openSession(client);
    await client.deleteSession({ sessionId: ids[1] ?? "" });
    const second = await client.listSessions({ pageSize: 2, pageToken: first.nextPageToken });
    expect(second.sessions.map(({ sessionId }) => sessionId)).toEqual(ids.slice(2, 4));
  });

  test("can be narrowed by state, time and member", async () => {
    const owner: Person = person({ role: Role.OWNER });
    const member = person({ workspaceId: owner.workspaceId });
    const client = ingest.as(owner);
    const recording = await openSession(client);
    const finishing = await openTab(client);
    await finish(client, finishing.sessionId, { [finishing.tabId]: 0 });
    const complete = await openTab(ingest.as(member));
    await put(ingest.as(member), complete, 0);
    await finish(ingest.as(member), complete.sessionId, { [complete.tabId]: 0 });
    const all = [complete.sessionId, finishing.sessionId, recording];
    for (const [index, sessionId] of all.entries()) await madeAt(sessionId, (3 - index) * 1_000_000);
    const second = (seconds: number) => timestampFromDate(new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)));
    const endless = { seconds: 2n ** 62n, nanos: 0 };
    const narrowed: [Filter, string[]][] = [
      [{}, all],
      [{ state: SessionState.RECORDING }, [recording]],
      [{ state: SessionState.FINISHING }, [finishing.sessionId]],
      [{ state: SessionState.COMPLETE }, [complete.sessionId]],
      [{ userId: member.userId }, [complete.sessionId]],
      [{ userId: newId() }, []],
      [{ createdAfter: second(2) }, [complete.sessionId, finishing.sessionId]],
      [{ createdBefore: second(2) }, [recording]],
      [{ createdAfter: second(2), createdBefore: second(3) }, [finishing.sessionId]],
      [{ createdBefore: endless }, all],
      [{ createdAfter: endless }, []],
      [{ createdBefore: { seconds: -endless.seconds, nanos: 0 } }, []],
      [{ createdAfter: { seconds: -endless.seconds, nanos: 0 } }, all],
      [{ state: SessionState.COMPLETE, userId: owner.userId }, []],
    ];
    for (const [filter, expected] of narrowed) expect(await listAll(client, 1, filter)).toEqual(expected);
    expect(await listAll(ingest.as(member), 0, { userId: owner.userId })).toEqual([]);
  });

  test.each([
    "x",
    Buffer.from("{}").toString("base64url"),
    encodePageToken([1]),
    encodePageToken([1, 2, 3]),
    encodePageToken(["yesterday", newId()]),
    encodePageToken([1, "tuesday"]),
    encodePageToken([-1, newId()]),
    encodePageToken([1.5, newId()]),
    encodePageToken(["9".repeat(40), newId()]),
    encodePageToken(["9".repeat(18), newId()]),
  ])("refuses a page token that it did not give (%s)", async (pageToken) => {
    const client = ingest.as(person());
    expect(await reasonFor(client.listSessions({ pageToken }))).toBe("page_token_invalid");
  });

  test("refuses pages that are too large, and states and members that are none", async () => {
    const client = ingest.as(person());
    for (const request of [
      { pageSize: 1_001 },
      { pageSize: -1 },
      { filter: { userId: "me" } },
      { filter: { state: 99 } },
    ]) {
      expect(await reasonFor(client.listSessions(request))).toBe("request_invalid");
    }
  });
});

test("a page reads the tabs of its own sessions, and of no other", async () => {
  const alice = person();
  const client = ingest.as(alice);
  for (let made = 0; made < 12; made += 1) await put(client, await openTab(client), 0);
  const { owner } = ingest.database;
  const request = { filter: undefined, pageToken: "" };
  const { sql: text, parameters } = pageOfSessions(owner, alice, request, 3).compile();
  const plan = await owner.executeQuery<{ "QUERY PLAN": unknown }>(
    CompiledQuery.raw(`explain (analyze, format json) ${text}`, [...parameters]),
  );
  expect(rowsRead(plan.rows[0]?.["QUERY PLAN"], "tabs")).toBe(3);
});

/** How many rows of a table a plan of PostgreSQL's has read. */
function rowsRead(node: unknown, table: string): number {
  if (typeof node !== "object" || node === null) return 0;
  const fields = new Map(Object.entries(node));
  const own =
    fields.get("Relation Name") === table ? Number(fields.get("Actual Rows")) * Number(fields.get("Actual Loops")) : 0;
  return [...fields.values()].reduce((total: number, value) => total + rowsRead(value, table), own);
}
