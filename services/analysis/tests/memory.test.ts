import { afterAll, beforeAll, expect, test } from "bun:test";
import { heapStats } from "bun:jsc";
import { type Line, SITE, tab } from "./analyser/events.ts";
import { PGLITE } from "@gigtrail/test-kit/databases";
import { analysed } from "./support/finished.ts";
import { TestAnalysis } from "./support/test-analysis.ts";

const MIB = 1024 * 1024;
const SNAPSHOT_CHARS = 20 * MIB;
const MUTATION_CHARS = 40_000;
const MUTATIONS = 2_000;
/** What a session of over 100 MB may keep in memory while it is read; a line in hand and its copy are the most of it. */
const MAX_GROWTH_BYTES = 3 * SNAPSHOT_CHARS;

let t: TestAnalysis;

beforeAll(async () => {
  t = await TestAnalysis.open(await PGLITE.open());
}, 60_000);
afterAll(() => t.close(), 30_000);

test("memory does not grow with the session", async () => {
  await t.startService();
  const ann = t.member();
  const session = t.ingest.put(ann.workspaceId, ann.userId, []);
  session.lines = bigSession;
  session.eventCount = MUTATIONS + 2;
  const before = used();
  let peak = 0;
  t.ingest.whileReading = (_, line) => {
    if (line % 200 === 0 || line === 3) peak = Math.max(peak, used() - before);
  };
  await t.ingest.complete(t.bus, session);
  const { summary } = await analysed(t, ann, session);
  expect(summary).toMatchObject({ eventCount: BigInt(MUTATIONS + 2), unusableEvents: 0n, visitCount: 1 });
  expect(peak).toBeLessThan(MAX_GROWTH_BYTES);
}, 60_000);

/** Made while it is read: a page, a snapshot of 20 MB, and changes of it of 40 KB each. */
function* bigSession(): Generator<Line> {
  const only = tab("01920000-0000-7000-8000-00000000000a");
  yield only.meta(0, `${SITE}/nx/find-work/`);
  yield only.line(2, 1, { node: "x".repeat(SNAPSHOT_CHARS) });
  for (let i = 0; i < MUTATIONS; i++)
    yield only.line(3, 100 + i * 50, { source: 0, texts: "y".repeat(MUTATION_CHARS) });
}

/** What is in use after the garbage is gone, in bytes. */
function used(): number {
  Bun.gc(true);
  const { heapSize, extraMemorySize } = heapStats();
  return heapSize + extraMemorySize;
}
