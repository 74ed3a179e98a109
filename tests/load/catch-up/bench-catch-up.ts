import { gunzipSync } from "node:zlib";
import type { EventChunk } from "@gigtrail/recorder/core/chunk-events";
import { MAX_BATCH_CHUNKS } from "@gigtrail/recorder/core/upload-port";
import { uploadSession } from "@gigtrail/recorder/core/upload-session";
import { measureCpu } from "../measure/cpu-meter.ts";
import type { BenchOptions } from "../measure/bench-options.ts";
import { type Figures, median, rounded } from "../measure/figures.ts";
import { inTurns } from "../measure/in-turns.ts";
import { untilQuiet } from "../measure/until-quiet.ts";
import type { Batch } from "../recordings/batch.ts";
import { createRandom } from "../recordings/random-text.ts";
import { loadBatches } from "../recordings/real-recording.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";
import { forgetfulPort, type Traffic } from "./forgetful-port.ts";
import { shuffled } from "./shuffled.ts";

const WHOLE = { chunks: 2_000, rounds: 3, quietMs: 60_000 };
const QUICK = { chunks: 40, rounds: 1, quietMs: 1_000 };
const DUPLICATE_PART = 0.2;
/** So that a call has room for those that are sent again. */
const BATCH_CHUNKS = Math.floor(MAX_BATCH_CHUNKS / (1 + DUPLICATE_PART)) - 1;
/** Many chunks a call, and a call for each. */
const WAYS = [
  { name: "PutChunks", maxBatchChunks: BATCH_CHUNKS },
  { name: "a raw PUT each", maxBatchChunks: 1 },
] as const;

/**
 * How long a client that was offline for days takes until all is durable: 2,000 chunks of 100 events in an order of
 * chance, with 20 % sent twice, through the recorder's uploader, which hashes and compresses them on the way.
 */
export async function* benchCatchUp({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { chunks, rounds, quietMs } = quick ? QUICK : WHOLE;
  const batches = await loadBatches();
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);
  const gigtrail = await startAllInOne(stack, await postgres.createDatabase());
  const measured = { serverPids: gigtrail.serverPids, postgresPid: postgres.pid };

  const measure = async ({ maxBatchChunks }: (typeof WAYS)[number]) => {
    const random = createRandom(chunks);
    const traffic: Traffic = { calls: 0, sentChunks: 0, duplicates: 0 };
    const port = forgetfulPort(gigtrail.uploadPort, DUPLICATE_PART, random, traffic);
    const tab = { tabId: Bun.randomUUIDv7(), chunks: shuffled(tabOf(batches, chunks), random) };
    const session = { sessionId: Bun.randomUUIDv7(), displayName: "bench", tabs: [tab] };
    let retries = 0;
    const onRetry = () => void (retries += 1);
    const cpuTime = measureCpu(measured);
    const started = performance.now();
    const { state } = await uploadSession(port, session, { maxBatchChunks, onRetry });
    const [seconds, cpu] = [(performance.now() - started) / 1_000, cpuTime()];
    if (!state.complete) throw new Error("the server misses chunks");
    await untilQuiet(gigtrail.serverPids, quietMs);
    return { ...traffic, seconds, retries, cpu };
  };
  for (const [{ name }, runs] of await inTurns(WAYS, rounds, measure)) {
    const middle = (of: (run: (typeof runs)[number]) => number) => median(runs.map(of));
    yield {
      bench: "catch-up",
      side: name,
      chunks,
      seconds: rounded(middle(({ seconds }) => seconds)),
      chunks_per_s: rounded(middle(({ seconds }) => chunks / seconds)),
      calls: middle(({ calls }) => calls),
      sent_chunks: middle(({ sentChunks }) => sentChunks),
      duplicates: middle(({ duplicates }) => duplicates),
      retries: middle((run) => run.retries),
      cpu_ms_per_chunk: rounded(middle(({ cpu, duplicates }) => cpu.serverMs / (chunks + duplicates))),
      driver_cpu_ms_per_chunk: rounded(middle(({ cpu, duplicates }) => cpu.driverMs / (chunks + duplicates))),
    };
  }
}

/** A tab of so many chunks: these, over and over. */
function tabOf(batches: readonly Batch[], chunks: number): EventChunk[] {
  const unpacked = batches.map(({ body, eventCount }) => ({ json: new Uint8Array(gunzipSync(body)), eventCount }));
  return Array.from({ length: chunks }, (_, seq) => unpacked[seq % unpacked.length]).flatMap((chunk, seq) =>
    chunk === undefined ? [] : [{ seq, droppedEvents: 0, ...chunk }],
  );
}
