import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import {
  type ReadEventsResponse,
  ReadEventsRequest_Order,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { mint, person, service } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, eventsIn, openSession, openTab, put, readAll, type TestEvent } from "./support/recording.ts";
import { type PlacedLine, type ReadOptions, readLines } from "./support/positions.ts";
import { reasonFor } from "./support/refusals.ts";

const { BY_TAB, MERGED } = ReadEventsRequest_Order;
const MAX_FRAME_BYTES = 256 * 1024;

let ingest: IngestUnderTest;
const alice = person();
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** What a tab was sent: its chunks, each a run of events. */
type SentTab = readonly (readonly TestEvent[])[];

/** Uploads tabs, last chunk first. */
async function upload(tabs: ReadonlyMap<string, SentTab>): Promise<string> {
  const sessionId = await openSession(client);
  for (const [tabId, chunks] of tabs) {
    await Promise.all(chunks.map((events, seq) => put(client, { sessionId, tabId }, seq, [...events])).toReversed());
  }
  return sessionId;
}

/** The order that a merge must have: by the highest time of the tab up to the event, then by tab, then as sent. */
function mergedModel(tabs: ReadonlyMap<string, SentTab>): unknown[] {
  const all = [...tabs].flatMap(([tabId, chunks]) => {
    let highest = -Infinity;
    return chunks.flat().map((sent, index) => {
      highest = Math.max(highest, sent.timestamp);
      return { place: highest, tabId, index, sent };
    });
  });
  all.sort((a, b) => a.place - b.place || (a.tabId < b.tabId ? -1 : a.tabId > b.tabId ? 1 : a.index - b.index));
  return all.map(({ sent }) => sent);
}

async function framesOf(sessionId: string, order = BY_TAB): Promise<ReadEventsResponse[]> {
  const frames: ReadEventsResponse[] = [];
  for await (const frame of client.readEvents({ sessionId, order })) frames.push(frame);
  return frames;
}

const times = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 5, noNaN: true }));
const sentTabs = fc.array(fc.array(fc.array(times, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 4,
});

describe("what was uploaded", () => {
  test("is read tab after tab, or merged by time, whatever the clocks did", async () => {
    await fc.assert(
      fc.asyncProperty(sentTabs, async (each) => {
        const tabs = new Map(
          each.map((chunks, tab): [string, SentTab] => [
            newId(),
            chunks.map((chunk, seq) => chunk.map((time, index) => event(`${tab} ${seq} ${index}`, time))),
          ]),
        );
        const sessionId = await upload(tabs);
        const byTab = [...tabs].toSorted(([a], [b]) => (a < b ? -1 : 1));
        expect(eventsIn(await readAll(client, sessionId, BY_TAB))).toEqual(
          byTab.flatMap(([, chunks]) => chunks.flat()),
        );
        expect(eventsIn(await readAll(client, sessionId, MERGED))).toEqual(mergedModel(tabs));
        const [tabId, chunks] = byTab.at(-1) ?? ["", []];
        for (const order of [BY_TAB, MERGED]) {
          expect(eventsIn(await readAll(client, sessionId, order, tabId))).toEqual(chunks.flat());
        }
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  test("is said to be of its tab and chunk, line by line", async () => {
    const tabs = new Map([newId(), newId()].map((tabId) => [tabId, [[event("a", 1)], [event("b", 2), event("c", 2)]]]));
    const sessionId = await upload(tabs);
    const lines = await readAll(client, sessionId, BY_TAB);
    expect(lines.map(({ tabId, seq }) => [tabId, seq])).toEqual(
      [...tabs.keys()].toSorted().flatMap((tabId) => [0, 1, 1].map((seq) => [tabId, seq])),
    );
  });

  test.each([BY_TAB, MERGED])(
    "comes in frames of at most 256 KB that say whether a line ends (order %p)",
    async (order) => {
      const long = (chars: number) => event("x".repeat(chars), 1);
      const lineOf = (chars: number) => chars - JSON.stringify(long(0)).length - 1;
      const chunks = [
        [long(700_000), event("short", 1)],
        // Lines that fill one and two frames to the byte, and one byte less and more.
        ...[-1, 0, 1].flatMap((more) => [
          [long(lineOf(MAX_FRAME_BYTES) + more)],
          [event("before", 1), long(lineOf(2 * MAX_FRAME_BYTES) + more), event("after", 1)],
        ]),
        Array.from({ length: 3_000 }, (_, index) => event(`${index} ${"y".repeat(200)}`, 1)),
      ];
      const sessionId = await upload(new Map([[newId(), chunks]]));
      const frames = await framesOf(sessionId, order);
      for (const { data, endsLine } of frames) {
        expect(data.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
        expect(data.length).toBeGreaterThan(0);
        expect(data.at(-1) === 10).toBe(endsLine);
      }
      const text = Buffer.concat(frames.map(({ data }) => data)).toString();
      expect(text).toBe(
        chunks
          .flat()
          .map((sent) => `${JSON.stringify(sent)}\n`)
          .join(""),
      );
    },
  );

  test("of a session without events, or of a tab that never was, is nothing", async () => {
    const sessionId = await openSession(client);
    expect(await readAll(client, sessionId, MERGED)).toEqual([]);
    const tab = await openTab(client);
    await put(client, tab, 0);
    for (const order of [BY_TAB, MERGED]) expect(await readAll(client, tab.sessionId, order, newId())).toEqual([]);
  });

  test("of more chunks than are looked up at once comes whole", async () => {
    const tab = await openTab(client);
    const upTo = 1_001;
    for (let seq = 0; seq < upTo; seq += 91) {
      await Promise.all(
        Array.from({ length: Math.min(91, upTo - seq) }, (_, more) =>
          put(client, tab, seq + more, [event(`${seq + more}`)]),
        ),
      );
    }
    const sent = Array.from({ length: upTo }, (_, seq) => event(`${seq}`));
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual(sent);
  }, 20_000);
});

describe("a position", () => {
  const words = (line: PlacedLine) => JSON.parse(line.text).data.payload.word.slice(0, 4);
  let sessionId: string;
  let tabIds: string[];
  beforeAll(async () => {
    tabIds = [newId(), newId(), newId()].toSorted();
    const chunks = (tab: number) => [[event(`${tab} 0a`), event(`${tab} 0b`.padEnd(600_000))], [event(`${tab} 1a`)]];
    sessionId = await upload(new Map(tabIds.map((tabId, tab) => [tabId, chunks(tab)])));
    await put(client, { sessionId, tabId: tabIds[1] ?? "" }, 4, [event("1 4a")]);
  });
  const from = (tab: number, seq: number, index: number) => ({ tabId: tabIds[tab] ?? "", seq, index });

  test("is where a read begins, with what comes after it", async () => {
    const readFrom = async (tab: number, seq: number, index: number) =>
      (await readLines(client, sessionId, { from: from(tab, seq, index) })).map(words);
    const last = ["2 0a", "2 0b", "2 1a"];
    expect(await readFrom(1, 0, 1)).toEqual(["1 0b", "1 1a", "1 4a", ...last]);
    // Where there is no such event, the next that there is.
    expect(await readFrom(1, 0, 2)).toEqual(["1 1a", "1 4a", ...last]);
    expect(await readFrom(1, 2, 7)).toEqual(["1 4a", ...last]);
    expect(await readFrom(1, 5, 0)).toEqual(last);
    expect(await readFrom(2, Number.MAX_SAFE_INTEGER, 2 ** 31 - 1)).toEqual([]);
    const most = { tabId: tabIds[2] ?? "", seq: 2n ** 63n - 1n, index: 0 };
    for await (const _ of client.readEvents({ sessionId, from: most })) throw new Error("there is nothing there");
    const foreign = { tabId: newId(), seq: 0, index: 0 };
    expect(await readLines(client, sessionId, { from: foreign })).toEqual([]);
  });

  test("may be within one tab that is read alone, however its id is written", async () => {
    const tabId = tabIds[1] ?? "";
    const upper = { ...from(1, 1, 0), tabId: tabId.toUpperCase() };
    expect((await readLines(client, sessionId, { tabId, from: upper })).map(words)).toEqual(["1 1a", "1 4a"]);
  });

  test("is told with every line, also of one that spans frames", async () => {
    for (const order of [BY_TAB, MERGED]) {
      const lines = await readLines(client, sessionId, { order });
      for (const line of lines) {
        expect(words(line)).toBe(`${tabIds.indexOf(line.tabId)} ${line.seq}${"ab"[line.index]}`);
      }
    }
  });

  test("is refused where it cannot be", async () => {
    const position = from(0, 0, 0);
    const reason = (options: ReadOptions) => reasonFor(readLines(client, sessionId, { ...options, from: position }));
    expect(await reason({ order: MERGED })).toBe("position_invalid");
    expect(await reason({ tabId: tabIds[1] ?? "" })).toBe("position_invalid");
  });
});

describe("a stream", () => {
  async function sessionOf(chunks: number) {
    const tab = await openTab(client);
    const big = event("z".repeat(300_000));
    for (let seq = 0; seq < chunks; seq += 1) await put(client, tab, seq, [big]);
    return tab;
  }

  async function drain(stream: AsyncIterable<ReadEventsResponse>): Promise<void> {
    for await (const _frame of stream);
  }

  /** Begins to read, then has something happen, then reads on; gives why the stream ended. */
  async function readAround(sessionId: string, order: ReadEventsRequest_Order, act: () => Promise<unknown>) {
    const stream = client.readEvents({ sessionId, order })[Symbol.asyncIterator]();
    expect((await stream.next()).done).toBe(false);
    await act();
    return reasonFor(drain({ [Symbol.asyncIterator]: () => stream }));
  }

  test.each([BY_TAB, MERGED])(
    "of a session that is deleted meanwhile ends with session_deleted (order %p)",
    async (order) => {
      const { sessionId } = await sessionOf(3);
      expect(await readAround(sessionId, order, () => client.deleteSession({ sessionId }))).toBe("session_deleted");
    },
  );

  test.each([BY_TAB, MERGED])(
    "does not end as if it were whole when the session is deleted between tabs (order %p)",
    async (order) => {
      const { sessionId } = await sessionOf(1);
      // Two tabs: the second has no row left to be found when its turn comes.
      await put(client, { sessionId, tabId: newId() }, 0, [event("late", 1_800_000_000_000)]);
      expect(await readAround(sessionId, order, () => client.deleteSession({ sessionId }))).toBe("session_deleted");
    },
  );

  test("ends where its caller stops reading, and the service goes on", async () => {
    const { sessionId } = await sessionOf(3);
    const stopping = new AbortController();
    const read = async () => {
      for await (const _frame of client.readEvents({ sessionId, order: BY_TAB }, { signal: stopping.signal })) {
        stopping.abort();
      }
    };
    expect(
      await read().then(
        () => "ended",
        () => "ended",
      ),
    ).toBe("ended");
    for await (const _frame of client.readEvents({ sessionId, order: MERGED })) break;
    expect(await readAll(client, sessionId)).toHaveLength(3);
  });

  test("ends when its caller's token ends", async () => {
    const { sessionId } = await sessionOf(3);
    const claims = { aud: "gigtrail", sub: alice.userId, workspace: alice.workspaceId, role: Role.MEMBER };
    const short = ingest.as({ token: mint("at+jwt", claims, 2) });
    const stream = short.readEvents({ sessionId, order: BY_TAB })[Symbol.asyncIterator]();
    expect((await stream.next()).done).toBe(false);
    await Bun.sleep(2_000);
    expect(await reasonFor(drain({ [Symbol.asyncIterator]: () => stream }))).toBe("token_expired");
  });
});

describe("reading", () => {
  async function reasonOfReading(caller: Parameters<IngestUnderTest["as"]>[0], sessionId: string) {
    return readAll(ingest.as(caller), sessionId).then((lines) => lines.length, reasonOf);
  }

  test("is for the member who recorded, for admins of the workspace and for services that work for it", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    const { workspaceId } = alice;
    const may = [alice, person({ workspaceId, role: Role.ADMIN }), person({ workspaceId, role: Role.OWNER })];
    for (const caller of [...may, service("analysis", workspaceId), service("export", workspaceId)]) {
      expect(await reasonOfReading(caller, tab.sessionId)).toBe(1);
    }
    const sees = [person({ workspaceId }), person(), person({ role: Role.OWNER }), service("analysis", newId())];
    for (const caller of sees) expect(await reasonOfReading(caller, tab.sessionId)).toBe("session_not_found");
    const mayNot = [
      person({ ...alice, role: Role.VIEWER }),
      person({ ...alice, deviceId: newId() }),
      service("auth", workspaceId),
      service("analysis"),
    ];
    for (const caller of mayNot) expect(await reasonOfReading(caller, tab.sessionId)).toBe("permission_denied");
    expect(await reasonOfReading(service("analysis", workspaceId, "export"), tab.sessionId)).toBe("token_invalid");
  });
});
