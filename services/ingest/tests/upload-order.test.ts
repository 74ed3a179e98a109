import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, finish, fullSnapshot, openSession, put, readAll, type TestEvent } from "./support/recording.ts";
import { postgres } from "./support/test-database.ts";

/** Each example takes some 30 small transactions, of which PGlite does some hundred a second. */
const RUNS = postgres.skip ? 15 : 100;

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** Something that a client does; chunks are (tab, seq). */
type Step = { put: readonly [tab: number, seq: number] } | { finish: true };

const tabs = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 3 })));

/** The steps of a whole upload with things done more than once, in any order, and how many of them go at once. */
const upload = tabs.chain((lengths) => {
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

/** Uploads in the given order, and gives everything that can be seen of the session afterwards but ids and sizes at rest. */
async function outcome(
  client: IngestClient,
  tabIds: string[],
  lengths: number[],
  steps: readonly Step[],
  atOnce: number,
) {
  const sessionId = await openSession(client, "the same name");
  const ends = Object.fromEntries(
    lengths.flatMap((length, tab) => (length > 0 ? [[tabIds[tab] ?? "", length - 1]] : [])),
  );
  const take = (step: Step) => {
    if ("finish" in step) return finish(client, sessionId, ends);
    const [tab, seq] = step.put;
    return put(client, { sessionId, tabId: tabIds[tab] ?? "" }, seq, eventsOfChunk(tab, seq));
  };
  for (let next = 0; next < steps.length; next += atOnce) {
    await Promise.all(steps.slice(next, next + atOnce).map(take));
  }
  const { session } = await client.getSession({ sessionId });
  const { uploadState } = await client.getUploadState({ sessionId });
  const told = await ingest.database.owner
    .selectFrom("outbox")
    .select(["kind", "generation"])
    .where("session_id", "=", sessionId)
    .execute();
  return {
    session: { ...session, sessionId, createTime: undefined, storedBytes: 0n },
    tabs: uploadState?.tabs,
    state: uploadState?.state,
    told,
    events: await readAll(client, sessionId),
  };
}

describe("three tabs", () => {
  test("uploaded in any order, at once, more than once give the same session as uploaded in order", async () => {
    await fc.assert(
      fc.asyncProperty(upload, async ({ lengths, steps, atOnce }) => {
        const client = ingest.as(person());
        const tabIds = [newId(), newId(), newId()];
        const inOrder = lengths.flatMap((length, tab) =>
          Array.from({ length }, (_, seq): Step => ({ put: [tab, seq] as const })),
        );
        const plain = await outcome(client, tabIds, lengths, [...inOrder, { finish: true }], 1);
        const odd = await outcome(client, tabIds, lengths, steps, atOnce);
        const { sessionId } = plain.session;
        expect({ ...odd, session: { ...odd.session, sessionId } }).toEqual(plain);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});
