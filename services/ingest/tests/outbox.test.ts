import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { fromBinary } from "@bufbuild/protobuf";
import type { Bus } from "@gigtrail/platform/bus/bus";
import { InProcessBus } from "@gigtrail/platform/bus/in-process";
import { SESSION_CHANGES_SUBJECT } from "@gigtrail/platform/changes/follow-changes";
import { newId } from "@gigtrail/platform/ids";
import { createLog } from "@gigtrail/platform/log";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { type Change, Change_Kind, ChangeSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import { person, service } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openSession } from "./support/recording.ts";
import { errorOf, reasonFor } from "./support/refusals.ts";
import { openTestDatabase, type TestDatabase } from "./support/test-database.ts";

const log = createLog("test", "silent");
let database: TestDatabase;
/** Two processes on one database, with one bus. */
let one: IngestUnderTest;
let other: IngestUnderTest;
/** What publishing on the bus does before it does it. */
let beforePublish: () => void = () => undefined;
let heard: Change[] = [];
const alice = person();
let client: IngestClient;
let analysis: IngestClient;

beforeAll(async () => {
  database = await openTestDatabase();
  const bus = new FailingBus(log);
  one = await startIngest({ database, bus });
  other = await startIngest({ database, bus, blobFolder: one.blobFolder });
  client = one.as(alice);
  analysis = one.as(service("analysis"));
  await bus.consume(
    SESSION_CHANGES_SUBJECT,
    "test",
    async (message) => void heard.push(fromBinary(ChangeSchema, message)),
  );
}, START_TIMEOUT_MS);
afterAll(async () => {
  await other?.stop();
  await one?.stop();
  await database?.stop();
});

class FailingBus extends InProcessBus implements Bus {
  override async publish(...message: Parameters<Bus["publish"]>): Promise<void> {
    beforePublish();
    await super.publish(...message);
  }
}

async function completeSession(by: IngestClient = client): Promise<string> {
  const sessionId = await openSession(by);
  await finish(by, sessionId, {});
  return sessionId;
}

async function allChanges(pageSize = 1_000): Promise<Change[]> {
  const changes: Change[] = [];
  for (;;) {
    const page = await analysis.listChanges({ afterPosition: changes.at(-1)?.position ?? 0n, pageSize });
    if (page.changes.length === 0) return changes;
    changes.push(...page.changes);
  }
}

/** Waits until these sessions' completions can be listed; gives all changes. */
function changesWith(sessionIds: readonly string[]): Promise<Change[]> {
  return eventually(async () => {
    const changes = await allChanges();
    const completed = changes.filter(({ kind }) => kind === Change_Kind.COMPLETED).map(({ sessionId }) => sessionId);
    for (const sessionId of sessionIds) expect(completed.filter((each) => each === sessionId)).toHaveLength(1);
    return changes;
  });
}

function expectGapless(changes: readonly Change[]): void {
  expect(changes.map(({ position }) => Number(position))).toEqual(changes.map((_, index) => index + 1));
}

describe("what happened to sessions", () => {
  test("can be listed with positions that rise by one, whoever commits and relays at once", async () => {
    const sessions = await Promise.all(
      Array.from({ length: 60 }, (_, index) => completeSession((index % 2 === 0 ? one : other).as(person()))),
    );
    const changes = await changesWith(sessions);
    expectGapless(changes);
    await eventually(() => expect(heard.map(({ sessionId }) => sessionId).toSorted()).toEqual(sessions.toSorted()));
    expect(await allChanges(7)).toEqual(changes);
  });

  test("can be listed even when the bus took none of it", async () => {
    heard = [];
    beforePublish = () => {
      throw new Error("the broker is away");
    };
    const sessions = [await completeSession(), await completeSession()];
    await client.deleteSession({ sessionId: sessions[0] ?? "" });
    const changes = await eventually(async () => {
      const all = await allChanges();
      expect(all.at(-1)).toMatchObject({ kind: Change_Kind.DELETED, sessionId: sessions[0] });
      return all;
    });
    expectGapless(changes);
    expect(heard).toEqual([]);
    beforePublish = () => undefined;
    const next = await completeSession();
    await eventually(() => expect(heard.map(({ sessionId }) => sessionId)).toContain(next));
  });

  test("says what, whose and which generation", async () => {
    const sessionId = await completeSession();
    const change = (await changesWith([sessionId])).find((each) => each.sessionId === sessionId);
    expect(change).toMatchObject({
      kind: Change_Kind.COMPLETED,
      workspaceId: alice.workspaceId,
      sessionId,
      userId: alice.userId,
      generation: 1,
    });
  });

  test("comes 100 at a time when no size is asked for, and no more than asked for otherwise", async () => {
    await changesWith(await Promise.all(Array.from({ length: 60 }, () => completeSession())));
    expect((await analysis.listChanges({})).changes).toHaveLength(100);
    expect(
      (await analysis.listChanges({ pageSize: 3, afterPosition: 5n })).changes.map(({ position }) => position),
    ).toEqual([6n, 7n, 8n]);
    expect(await reasonFor(analysis.listChanges({ pageSize: 1_001 }))).toBe("request_invalid");
    expect((await analysis.listChanges({ afterPosition: 2n ** 63n - 1n })).changes).toEqual([]);
  });

  test("is for services only", async () => {
    const owner = person({ role: Role.OWNER });
    for (const caller of [owner, service("auth"), service("gateway")]) {
      expect(await reasonFor(one.as(caller).listChanges({}))).toBe("permission_denied");
    }
    expect((await one.as(service("export", newId())).listChanges({ pageSize: 1 })).changes).toHaveLength(1);
  });

  // Last: it takes the beginning away.
  test("is forgotten after 30 days, and who asks from before that is told so", async () => {
    const before = await allChanges();
    const [last] = before.slice(-1);
    const old = 20n;
    await sql`update ingest.outbox set create_time = now() - interval '31 days' where position <= ${String(old)}`.execute(
      database.owner,
    );
    await restart();
    await eventually(async () => expect((await analysis.listChanges({})).changes[0]?.position).toBe(old + 1n));
    expect((await analysis.listChanges({ afterPosition: old, pageSize: 1 })).changes[0]?.position).toBe(old + 1n);
    const refused = await errorOf(analysis.listChanges({ afterPosition: old - 1n }));
    expect(refused).toMatchObject({ reason: "resync_required" });

    await sql`update ingest.outbox set create_time = now() - interval '31 days'`.execute(database.owner);
    await restart();
    await eventually(async () => expect((await analysis.listChanges({})).changes).toEqual([]));
    const end = last?.position ?? 0n;
    expect((await analysis.listChanges({ afterPosition: end })).changes).toEqual([]);
    expect(await reasonFor(analysis.listChanges({ afterPosition: end - 1n }))).toBe("resync_required");
    const next = await completeSession();
    await eventually(async () => {
      const [change] = (await analysis.listChanges({ afterPosition: end })).changes;
      expect(change).toMatchObject({ sessionId: next, position: end + 1n });
    });
  });
});

/** Old rows are looked for at every start. */
async function restart(): Promise<void> {
  await other.stop();
  other = await startIngest({ database, bus: other.bus, blobFolder: one.blobFolder });
}
