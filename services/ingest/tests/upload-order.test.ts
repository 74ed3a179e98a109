import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, finish, fullSnapshot, openSession, put, readAll, type TestEvent } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";
import { postgres } from "./support/test-database.ts";

/** Each example takes some 30 small transactions, of which PGlite does some hundred a second. */
const RUNS = postgres.skip ? 16 : 100;

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** Something that a client does; chunks are (tab, seq). */
type Step = { put: readonly [tab: number, seq: number] } | { finish: true } | { delete: true };

const tabs = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 3 })));

/** The steps of a whole upload with things done more than once, in any order, and how many of them go at once. */
const uploads = tabs.chain((lengths) => {
  const once: Step[] = lengths.flatMap((length, tab) =>
    Array.from({ length }, (_, seq): Step => ({ put: [tab, seq] as const })),
  );
  once.push({ finish: true });
  const all = fc
    .tuple(fc.constant(once), fc.array(fc.constantFrom(...once), { maxLength: 8 }))
    .map((each) => each.flat());
  return fc.record({
    lengths: fc.constant(lengths),
    steps: all.chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length })),
    atOnce: fc.integer({ min: 1, max: 6 }),
  });
});

function eventsOfChunk(tab: number, seq: number): TestEvent[] {
  const words = Array.from({ length: (tab + seq) % 3 }, (_, index) =>
    event(`${tab}.${seq}.${index}`, 1_000 * seq + index),
  );
  return [seq === 1 ? fullSnapshot(500) : event(`${tab}.${seq}`, 2_000 - seq), ...words];
}

/** Uploads in the given order, some steps at once; what is refused since the session is deleted is no fault. */
async function upload(
  client: IngestClient,
  tabIds: string[],
  lengths: number[],
  steps: readonly Step[],
  atOnce: number,
): Promise<string> {
  const sessionId = await openSession(client, "the same name");
  const ends = Object.fromEntries(
    lengths.flatMap((length, tab) => (length > 0 ? [[tabIds[tab] ?? "", length - 1]] : [])),
  );
  const take = (step: Step): Promise<unknown> => {
    if ("delete" in step) return client.deleteSession({ sessionId });
    if ("finish" in step) return finish(client, sessionId, ends);
    const [tab, seq] = step.put;
    return put(client, { sessionId, tabId: tabIds[tab] ?? "" }, seq, eventsOfChunk(tab, seq));
  };
  for (let next = 0; next < steps.length; next += atOnce) {
    const taken = await Promise.allSettled(steps.slice(next, next + atOnce).map(take));
    for (const each of taken) {
      if (each.status === "rejected" && reasonOf(each.reason) !== "session_deleted") throw each.reason;
    }
  }
  return sessionId;
}

/** Everything that can be seen of a session but ids and sizes at rest. */
async function visible(client: IngestClient, sessionId: string) {
  const { session } = await client.getSession({ sessionId });
  const { uploadState } = await client.getUploadState({ sessionId });
  return {
    session: { ...session, sessionId: "", createTime: undefined, storedBytes: 0n },
    tabs: uploadState?.tabs,
    state: uploadState?.state,
    told: await told(sessionId),
    events: await readAll(client, sessionId),
    merged: await readAll(client, sessionId, ReadEventsRequest_Order.MERGED),
  };
}

function told(sessionId: string) {
  const { owner } = ingest.database;
  const rows = owner.selectFrom("outbox").select(["kind", "generation"]).where("session_id", "=", sessionId);
  return rows.orderBy("outbox_id").execute();
}

describe("three tabs", () => {
  test("uploaded in any order, at once, more than once give the same session as uploaded in order", async () => {
    await fc.assert(
      fc.asyncProperty(uploads, async ({ lengths, steps, atOnce }) => {
        const client = ingest.as(person());
        const tabIds = [newId(), newId(), newId()];
        const inOrder = lengths.flatMap((length, tab) =>
          Array.from({ length }, (_, seq): Step => ({ put: [tab, seq] as const })),
        );
        const plain = await upload(client, tabIds, lengths, [...inOrder, { finish: true }], 1);
        const odd = await upload(client, tabIds, lengths, steps, atOnce);
        expect(await visible(client, odd)).toEqual(await visible(client, plain));
      }),
      { numRuns: RUNS },
    );
  }, 60_000);

  test("that are deleted at any moment of it leave nothing but the word that they were", async () => {
    await fc.assert(
      fc.asyncProperty(uploads, fc.nat(), async ({ lengths, steps, atOnce }, moment) => {
        const client = ingest.as(person());
        const other = await upload(client, [newId(), newId(), newId()], lengths, steps, atOnce);
        const before = await visible(client, other);
        const all = steps.toSpliced(moment % (steps.length + 1), 0, { delete: true });
        const deleted = await upload(client, [newId(), newId(), newId()], lengths, all, atOnce);
        const call = { sessionId: deleted };
        expect(await reasonFor(client.getSession(call))).toBe("session_deleted");
        expect(await reasonFor(client.getUploadState(call))).toBe("session_deleted");
        expect(await reasonFor(readAll(client, deleted))).toBe("session_deleted");
        expect(await reasonFor(client.createSession(call))).toBe("session_deleted");
        expect(await rowsOf(deleted)).toEqual({ sessions: 0, tabs: 0, chunks: 0, session_keys: 0, tombstones: 1 });
        const { sessions } = await client.listSessions({});
        expect(sessions.map(({ sessionId }) => sessionId)).toEqual([other]);
        const kinds = (await told(deleted)).map(({ kind }) => kind);
        expect(["deleted", "completed,deleted"]).toContain(kinds.join());
        expect(await visible(client, other)).toEqual(before);
      }),
      { numRuns: RUNS / 4 },
    );
  }, 60_000);
});

/** How many rows a session has in each table. */
async function rowsOf(sessionId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ["sessions", "tabs", "chunks", "session_keys", "tombstones"] as const) {
    const rows = await ingest.database.owner
      .selectFrom(table)
      .select("session_id")
      .where("session_id", "=", sessionId)
      .execute();
    counts[table] = rows.length;
  }
  return counts;
}
