import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { SessionDeletionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_deletion_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import { type Person, person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { finish, openSession, openTab, put, readAll } from "./support/recording.ts";
import { errorOf, reasonFor } from "./support/refusals.ts";
import { allStored, blobFiles } from "./support/stored.ts";
import { age } from "./support/time.ts";

const { RUNNING, DONE, FAILED } = SessionDeletionState;
/** All that there is when it is asked for. */
const ALL = { createdBefore: timestampFromDate(new Date("2200-01-01T00:00:00Z")) };

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

async function untilEnded(client: IngestClient, deletionId: string) {
  return eventually(async () => {
    const { deletion } = await client.getSessionDeletion({ deletionId });
    expect(deletion?.state).not.toBe(RUNNING);
    return deletion;
  }, 20_000);
}

/** Deletes what a filter matches, to the end. */
async function deleteAll(client: IngestClient, filter: Parameters<IngestClient["deleteSessions"]>[0]["filter"] = ALL) {
  const deletionId = newId();
  await client.deleteSessions({ deletionId, filter: filter ?? ALL });
  return untilEnded(client, deletionId);
}

async function idsOf(client: IngestClient): Promise<string[]> {
  return (await client.listSessions({ pageSize: 1_000 })).sessions.map(({ sessionId }) => sessionId);
}

async function openMany(client: IngestClient, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => openSession(client)));
}

/** Keeps every deletion from going on while `work` runs: all claims fail. */
async function whileNothingRuns<T>(work: () => Promise<T>): Promise<T> {
  const { owner } = ingest.database;
  await sql`create or replace function ingest.hold() returns trigger language plpgsql as
            $$ begin if new.state = 'running' then return null; end if; return new; end $$`.execute(owner);
  await sql`create trigger hold before update on ingest.jobs for each row execute function ingest.hold()`.execute(
    owner,
  );
  try {
    return await work();
  } finally {
    await sql`drop trigger hold on ingest.jobs`.execute(owner);
  }
}

describe("the deletion of many sessions", () => {
  test("deletes what matches, blobs and all, and nothing else, and says how far it is", async () => {
    const client = ingest.as(person());
    const tabs = await Promise.all([1, 2, 3].map(() => openTab(client)));
    for (const tab of tabs) await put(client, tab, 0);
    await finish(client, tabs[0]?.sessionId ?? "", { [tabs[0]?.tabId ?? ""]: 0 });
    const deletion = await deleteAll(client, { state: SessionState.RECORDING });
    expect(deletion).toMatchObject({ state: DONE, matchedSessions: 2n, deletedSessions: 2n, errorReason: "" });
    expect(deletion?.endTime).toBeDefined();
    expect(await idsOf(client)).toEqual([tabs[0]?.sessionId ?? ""]);
    for (const tab of tabs.slice(1)) expect(await reasonFor(put(client, tab, 1))).toBe("session_deleted");
    await deleteAll(client);
    const { rows } = await allStored(ingest);
    for (const { sessionId } of tabs) {
      for (const table of ["sessions", "tabs", "chunks", "session_keys"]) {
        expect(rows[table]?.filter((row) => row.includes(sessionId))).toEqual([]);
      }
      expect(rows["tombstones"]?.filter((row) => row.includes(sessionId))).toHaveLength(1);
      expect(rows["outbox"]?.filter((row) => row.includes(sessionId) && row.includes("deleted"))).toHaveLength(1);
    }
    await eventually(() => expect(blobFiles(ingest.blobFolder)).toEqual([]));
  });

  test("goes on over more sessions than are looked up at once", async () => {
    const client = ingest.as(person());
    await openMany(client, 230);
    expect(await deleteAll(client)).toMatchObject({ state: DONE, matchedSessions: 230n, deletedSessions: 230n });
    expect(await idsOf(client)).toEqual([]);
  }, 30_000);

  test("leaves sessions that begin after it was asked for", async () => {
    const client = ingest.as(person());
    const before = await openMany(client, 3);
    const deletionId = newId();
    const after = await whileNothingRuns(async () => {
      const { deletion } = await client.deleteSessions({ deletionId, filter: ALL });
      expect(deletion).toMatchObject({ deletionId, state: RUNNING, matchedSessions: 3n, deletedSessions: 0n });
      expect(deletion?.endTime).toBeUndefined();
      return openSession(client);
    });
    expect(await untilEnded(client, deletionId)).toMatchObject({ state: DONE, deletedSessions: 3n });
    expect(await idsOf(client)).toEqual([after]);
    expect(before).not.toContain(after);
  });

  test("only counts with validate_only", async () => {
    const client = ingest.as(person());
    const ids = await openMany(client, 3);
    await age(ingest, ids[0] ?? "", 60);
    const before = await allStored(ingest);
    const createdBefore = timestampFromDate(new Date(Date.now() - 30 * 60_000));
    const { deletion } = await client.deleteSessions({ validateOnly: true, filter: { createdBefore } });
    expect(deletion).toMatchObject({ deletionId: "", matchedSessions: 1n, deletedSessions: 0n });
    expect(await allStored(ingest)).toEqual(before);
    expect(await deleteAll(client, { createdBefore })).toMatchObject({ deletedSessions: 1n });
    expect((await idsOf(client)).toSorted()).toEqual(ids.slice(1).toSorted());
  });

  test("is the same when it is asked for again, at once or later", async () => {
    const client = ingest.as(person());
    await openMany(client, 2);
    const deletionId = newId();
    const asked = await Promise.all(
      [1, 2, 3, 4].map(() => client.deleteSessions({ deletionId, filter: ALL }).then(({ deletion }) => deletion)),
    );
    expect(new Set(asked.map((deletion) => deletion?.matchedSessions))).toEqual(new Set([2n]));
    const ended = await untilEnded(client, deletionId);
    const kept = await openSession(client);
    const again = await client.deleteSessions({ deletionId: deletionId.toUpperCase(), filter: ALL });
    expect(again.deletion).toEqual(ended!);
    expect(await idsOf(client)).toEqual([kept]);
  });

  test("is refused without a filter, or without an id", async () => {
    const client = ingest.as(person());
    const sessionId = await openSession(client);
    const deletionId = newId();
    for (const validateOnly of [false, true]) {
      expect(await reasonFor(client.deleteSessions({ deletionId, filter: {}, validateOnly }))).toBe("filter_empty");
    }
    expect(await reasonFor(client.deleteSessions({ deletionId }))).toBe("request_invalid");
    expect(await reasonFor(client.deleteSessions({ filter: ALL }))).toBe("request_invalid");
    expect(await reasonFor(client.deleteSessions({ deletionId: "all", filter: ALL }))).toBe("request_invalid");
    expect(await idsOf(client)).toEqual([sessionId]);
  });

  test("is refused while five of the member's are unfinished, even at once; others have their own", async () => {
    const alice = person();
    const [client, other] = [ingest.as(alice), ingest.as(person({ workspaceId: alice.workspaceId }))];
    await openSession(client);
    const ask = (who: IngestClient, deletionId = newId()) =>
      who.deleteSessions({ deletionId, filter: { userId: alice.userId } }).then(
        () => deletionId,
        () => undefined,
      );
    const ids = await whileNothingRuns(async () => {
      const asked = await Promise.all(Array.from({ length: 9 }, () => ask(client)));
      const taken = asked.filter((id) => id !== undefined);
      expect(taken).toHaveLength(5);
      const more = client.deleteSessions({ deletionId: newId(), filter: ALL });
      expect(await reasonFor(more)).toBe("too_many_deletions");
      expect(await ask(client, taken[0])).toBe(taken[0] ?? "");
      expect(await ask(other)).toBeDefined();
      return taken;
    });
    for (const id of ids) expect((await untilEnded(client, id))?.state).toBe(DONE);
    expect(await ask(client)).toBeDefined();
  }, 20_000);
});

describe("in a workspace that has never had a session", () => {
  test("one id asked for many times at once is one deletion, and none is answered with an error", async () => {
    const client = ingest.as(person());
    const deletionId = newId();
    const asked = await Promise.all(
      Array.from({ length: 6 }, () => client.deleteSessions({ deletionId, filter: ALL })),
    );
    for (const { deletion } of asked) expect(deletion).toMatchObject({ deletionId, matchedSessions: 0n });
    expect(await untilEnded(client, deletionId)).toMatchObject({ state: DONE, deletedSessions: 0n });
  });

  test("no more than five of a member's are unfinished, even when they are asked for at once", async () => {
    const client = ingest.as(person());
    const reasons = await whileNothingRuns(() =>
      Promise.all(
        Array.from({ length: 12 }, () =>
          client.deleteSessions({ deletionId: newId(), filter: ALL }).then(
            () => "taken",
            (error: unknown) => reasonFor(Promise.reject(error)),
          ),
        ),
      ),
    );
    expect(reasons.filter((reason) => reason === "taken")).toHaveLength(5);
    expect(reasons.filter((reason) => reason === "too_many_deletions")).toHaveLength(7);
  });
});

describe("who may delete many", () => {
  async function workspace() {
    const admin = person({ role: Role.ADMIN });
    const { workspaceId } = admin;
    const [bob, carol] = [person({ workspaceId }), person({ workspaceId })];
    const [ofAdmin, ofBob, ofCarol] = [
      await openSession(ingest.as(admin)),
      await openSession(ingest.as(bob)),
      await openSession(ingest.as(carol)),
    ];
    return { admin, bob, carol, ofAdmin, ofBob, ofCarol };
  }

  test("a member deletes their own, whatever the filter names", async () => {
    const { admin, bob, carol, ofAdmin, ofBob, ofCarol } = await workspace();
    expect(await deleteAll(ingest.as(bob), { userId: carol.userId })).toMatchObject({ matchedSessions: 0n });
    expect(await deleteAll(ingest.as(bob))).toMatchObject({ matchedSessions: 1n, deletedSessions: 1n });
    const left = await idsOf(ingest.as(admin));
    expect(left.toSorted()).toEqual([ofAdmin, ofCarol].toSorted());
    expect(left).not.toContain(ofBob);
  });

  test("an admin deletes all of the workspace, and none of another's", async () => {
    const { admin } = await workspace();
    const stranger = person();
    const kept = await openTab(ingest.as(stranger));
    await put(ingest.as(stranger), kept, 0);
    expect(await deleteAll(ingest.as(admin))).toMatchObject({ matchedSessions: 3n, deletedSessions: 3n });
    expect(await readAll(ingest.as(stranger), kept.sessionId)).toHaveLength(1);
  });

  test("a device and a viewer delete nothing", async () => {
    const { bob } = await workspace();
    for (const caller of [person({ ...bob, deviceId: newId() }), person({ ...bob, role: Role.VIEWER })]) {
      const asked = ingest.as(caller).deleteSessions({ deletionId: newId(), filter: ALL });
      expect(await reasonFor(asked)).toBe("permission_denied");
    }
  });

  test("another member's deletion is as one that never was, also for who uses its id", async () => {
    const { admin, bob, carol, ofCarol } = await workspace();
    const deletionId = newId();
    await ingest.as(bob).deleteSessions({ deletionId, filter: ALL });
    await untilEnded(ingest.as(bob), deletionId);
    const strangers: Person[] = [admin, carol, person({ role: Role.OWNER })];
    for (const stranger of strangers) {
      const never = await errorOf(ingest.as(stranger).getSessionDeletion({ deletionId: newId() }));
      expect(never.reason).toBe("deletion_not_found");
      expect(await errorOf(ingest.as(stranger).getSessionDeletion({ deletionId }))).toEqual(never);
    }
    const own = await ingest.as(carol).deleteSessions({ deletionId, filter: ALL });
    expect(own.deletion).toMatchObject({ deletionId, matchedSessions: 1n });
    await untilEnded(ingest.as(carol), deletionId);
    expect(await idsOf(ingest.as(admin))).not.toContain(ofCarol);
    expect((await ingest.as(bob).getSessionDeletion({ deletionId })).deletion?.matchedSessions).toBe(1n);
  });
});

describe("a deletion whose worker dies", () => {
  test("goes on where it was, and has counted each once", async () => {
    const client = ingest.as(person());
    const ids = await openMany(client, 30);
    const { owner } = ingest.database;
    // The tenth session cannot be deleted as long as this holds it; those before it are.
    await sql`create table ingest.undeletable (session_id uuid)`.execute(owner);
    await sql`grant select on ingest.undeletable to gt_ingest`.execute(owner);
    await sql`create function ingest.refuse() returns trigger language plpgsql as
              $$ begin
                if exists (select 1 from ingest.undeletable u where u.session_id = old.session_id) then
                  raise exception 'the worker dies here';
                end if;
                return old;
              end $$`.execute(owner);
    await sql`create trigger refuse before delete on ingest.sessions
              for each row execute function ingest.refuse()`.execute(owner);
    await sql`insert into ingest.undeletable values (${ids[9] ?? ""})`.execute(owner);
    const deletionId = newId();
    await client.deleteSessions({ deletionId, filter: ALL });
    await eventually(async () => {
      const { deletion } = await client.getSessionDeletion({ deletionId });
      expect(Number(deletion?.deletedSessions)).toBeGreaterThan(0);
      const { rows } = await sql`select 1 from ingest.jobs where subject_id = ${deletionId} and attempts > 0
                                    and state = 'queued'`.execute(owner);
      expect(rows).toHaveLength(1);
    });
    // What kept it from being deleted ends.
    await sql`delete from ingest.undeletable`.execute(owner);
    expect(await untilEnded(client, deletionId)).toMatchObject({
      state: DONE,
      matchedSessions: 30n,
      deletedSessions: 30n,
    });
    expect(await idsOf(client)).toEqual([]);
    await sql`drop trigger refuse on ingest.sessions`.execute(owner);
  }, 30_000);

  test("at every attempt is FAILED with its reason, leaves what is deleted deleted, and makes room for another", async () => {
    const client = ingest.as(person());
    await openMany(client, 2);
    const deletionId = newId();
    await whileNothingRuns(async () => {
      await client.deleteSessions({ deletionId, filter: ALL });
      await sql`update ingest.jobs set state = 'dead', error_reason = 'storage_full'
                 where subject_id = ${deletionId}`.execute(ingest.database.owner);
    });
    const { deletion } = await client.getSessionDeletion({ deletionId });
    expect(deletion).toMatchObject({ state: FAILED, errorReason: "storage_full", matchedSessions: 2n });
    expect(deletion?.endTime).toBeDefined();
    expect(await deleteAll(client)).toMatchObject({ state: DONE, deletedSessions: 2n });
  });
});
