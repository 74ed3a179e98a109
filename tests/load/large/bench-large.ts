import { driveFor } from "../drive/drive.ts";
import type { BenchOptions } from "../measure/bench-options.ts";
import { type Figures, MEGABYTE } from "../measure/figures.ts";
import { type Batch, batchOf } from "../recordings/batch.ts";
import { bigPage } from "../recordings/big-page.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { startExpresses } from "../sides/express-sides.ts";
import type { Gigtrail } from "../sides/gigtrail.ts";
import { createRawUploader, rawSide } from "../sides/gigtrail-sides.ts";
import { readTab } from "../sides/read-tab.ts";
import type { Side } from "../sides/side.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";
import { measureMemory, memoryUseFigures } from "./measure-memory.ts";

const WHOLE = { jsonBytes: 20 * MEGABYTE, rounds: 3, warmUpMs: 3_000, idleMs: 10_000 };
const QUICK = { jsonBytes: 2 * MEGABYTE, rounds: 1, warmUpMs: 100, idleMs: 100 };
/** A page of everyday size and how many upload it, so that no figure counts what a process takes for its first work. */
const WARM_PAGE_BYTES = MEGABYTE;
const WARM_UPLOADERS = 4;

/**
 * One FullSnapshot of 20 MB of JSON goes in and comes back as it was sent (it has nothing that is masked). How much
 * memory the server takes for it at most, in sizes of the snapshot, and how much of that it keeps; three times, since a
 * server that keeps a little each time dies in the end. The plain alternative takes the same body beside.
 */
export async function* benchLarge({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { jsonBytes, rounds, warmUpMs, idleMs } = quick ? QUICK : WHOLE;
  const events = bigPage(jsonBytes);
  const [batch, warmBatch] = [batchOf(events), batchOf(bigPage(WARM_PAGE_BYTES))];
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);
  const gigtrail = await startAllInOne(stack, await postgres.createDatabase());

  const measure = async (side: Side, step: string, round: number, work: () => Promise<void>): Promise<Figures> => {
    const use = await measureMemory(side.serverPids[0] ?? 0, idleMs, work);
    return { bench: "large", side: side.name, step, round, ...memoryUseFigures(use, batch.jsonBytes) };
  };
  const rawBodies = rawSide(gigtrail);
  await warmUp(rawBodies, warmBatch, warmUpMs, idleMs);
  for (let round = 1; round <= rounds; round += 1) {
    const [sessionId, tabId] = [await gigtrail.newSession(), Bun.randomUUIDv7()];
    yield await measure(rawBodies, "in", round, () => sendOnce(createRawUploader(gigtrail, sessionId, tabId), batch));
    yield await measure(rawBodies, "out", round, () => requireSame(gigtrail, sessionId, tabId, events));
  }
  for (const side of await startExpresses(stack, postgres)) {
    await warmUp(side, warmBatch, warmUpMs, idleMs);
    for (let round = 1; round <= rounds; round += 1) {
      yield await measure(side, "in", round, () => sendOnce(side.uploader(), batch));
    }
  }
}

async function warmUp(side: Side, batch: Batch, ms: number, idleMs: number): Promise<void> {
  const uploaders = await Promise.all(Array.from({ length: WARM_UPLOADERS }, () => side.uploader()));
  await driveFor(uploaders, [batch], ms);
  await Bun.sleep(idleMs);
}

async function sendOnce(opening: ReturnType<Side["uploader"]>, batch: Batch): Promise<void> {
  const uploader = await opening;
  await uploader.send(batch);
}

async function requireSame(gigtrail: Gigtrail, sessionId: string, tabId: string, events: readonly object[]) {
  const stored = await readTab(gigtrail, sessionId, tabId);
  const isSame = stored.length === events.length && events.every((event, at) => stored[at] === JSON.stringify(event));
  if (!isSame) throw new Error("what came back is not what was sent");
}
