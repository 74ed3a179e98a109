import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { person } from "./support/callers.ts";
import { type Compactor, openCompactor } from "./support/compactor.ts";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { type PlacedLine, readLines } from "./support/positions.ts";
import { event, finish, openSession, put } from "./support/recording.ts";
import { openEmbeddedDatabase, openTestDatabase, postgres, type TestDatabase } from "./support/test-database.ts";

const { BY_TAB, MERGED } = ReadEventsRequest_Order;

const TABS = 3;
const CHUNKS = 7;

const times = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 4 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant("put" as const),
        tab: fc.nat({ max: TABS - 1 }),
        seq: fc.nat({ max: CHUNKS - 1 }),
        times,
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("finish" as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("compact" as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("read" as const) }) },
  ),
  { minLength: 4, maxLength: 24 },
);

/** A session as it would be read if nothing were ever merged. */
class Model {
  readonly #chunks = new Map<string, { tabId: string; seq: number; events: ReturnType<typeof event>[] }>();

  /** Takes a chunk; one whose number is taken is not new, and the first stands. */
  add(tabId: string, seq: number, timestamps: readonly number[]) {
    const name = `${tabId} ${seq}`;
    const known = this.#chunks.get(name);
    if (known !== undefined) return known.events;
    const events = timestamps.map((time, index) => event(`${name} ${index}`, time));
    this.#chunks.set(name, { tabId, seq, events });
    return events;
  }

  lines(): PlacedLine[] {
    return this.#placed().map(({ line }) => line);
  }

  /** By the highest time of the tab up to the event, then by tab, then as sent. */
  merged(): PlacedLine[] {
    const highest = new Map<string, number>();
    const placed = this.#placed().map(({ line, time }) => {
      const place = Math.max(highest.get(line.tabId) ?? -Infinity, time);
      highest.set(line.tabId, place);
      return { line, place };
    });
    return placed.toSorted((a, b) => a.place - b.place).map(({ line }) => line);
  }

  #placed() {
    return [...this.#chunks.values()]
      .toSorted((a, b) => (a.tabId === b.tabId ? a.seq - b.seq : a.tabId < b.tabId ? -1 : 1))
      .flatMap(({ tabId, seq, events }) =>
        events.map((sent, index) => ({
          line: { tabId, seq, index, text: `${JSON.stringify(sent)}\n` },
          time: sent.timestamp,
        })),
      );
  }
}

const databases: [string, () => Promise<TestDatabase>, number][] = [["the embedded database", openEmbeddedDatabase, 8]];
if (!postgres.skip) databases.unshift(["PostgreSQL", openTestDatabase, 15]);

describe.each(databases)("on %s a session reads the same, from every place", (_, open, numRuns) => {
  let database: TestDatabase;
  let ingest: IngestUnderTest;
  let compactor: Compactor;
  const alice = person();
  beforeAll(async () => {
    database = await open();
    ingest = await startIngest({ database });
    compactor = await openCompactor(ingest);
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await compactor?.stop();
    await ingest?.stop();
    await database?.stop();
  });

  async function expectSame(sessionId: string, model: Model): Promise<void> {
    const client = ingest.as(alice);
    const lines = model.lines();
    expect(await readLines(client, sessionId, { order: BY_TAB })).toEqual(lines);
    expect(await readLines(client, sessionId, { order: MERGED })).toEqual(model.merged());
    for (const [at, { tabId, seq, index }] of lines.entries()) {
      const from = { tabId, seq, index };
      expect(await readLines(client, sessionId, { from })).toEqual(lines.slice(at));
    }
  }

  test("whatever was uploaded, finished and merged in whatever order", async () => {
    const client = ingest.as(alice);
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const sessionId = await openSession(client);
        const session = { workspaceId: alice.workspaceId, sessionId };
        const tabIds = Array.from({ length: TABS }, newId);
        const model = new Model();
        for (const step of all) {
          if (step.do === "put") {
            const tabId = tabIds[step.tab] ?? "";
            await put(client, { sessionId, tabId }, step.seq, model.add(tabId, step.seq, step.times));
          } else if (step.do === "finish") await finish(client, sessionId, {});
          else if (step.do === "compact") await compactor.compact(session);
          else expect(await readLines(client, sessionId)).toEqual(model.lines());
        }
        await expectSame(sessionId, model);
        await compactor.compact(session);
        await expectSame(sessionId, model);
      }),
      { numRuns },
    );
  }, 120_000);
});
