import { startPostgres } from "@gigtrail/test-servers/postgres";
import { type Figures, median, percentile, rounded } from "../measure/figures.ts";
import { cpuMs } from "../measure/process-usage.ts";
import { type Batch, loadBatches } from "./batches.ts";
import { hasRuntime, startExpress } from "./express-side.ts";
import { startGigtrail } from "./gigtrail-side.ts";
import type { Side } from "./side.ts";

const UPLOADERS = [8, 32];
/** Express where people run it (its figure is `vs_express`), and on the runtime that Gigtrail has. */
const EXPRESS_RUNTIMES = (["node", "bun"] as const).filter(hasRuntime);
/** Each side is measured this often, in turns, and the middle counts. */
const ROUNDS = 3;
const WARM_UP_MS = 1_500;
const MEASURE_MS = 6_000;

/**
 * Durable chunks a second: the same chunks, one after the other from each uploader, to Gigtrail (all in one) and to the
 * plain alternative, both on one PostgreSQL with fsync and synchronous_commit on, driver and all on this machine.
 */
export async function* benchIngest(): AsyncGenerator<Figures> {
  const batches = await loadBatches();
  const postgres = await startPostgres();
  const sides = [await startGigtrail(await postgres.createDatabase())];
  for (const runtime of EXPRESS_RUNTIMES) sides.push(await startExpress(runtime, await postgres.createDatabase()));
  try {
    for (const uploaders of UPLOADERS) yield* compare(sides, uploaders, batches);
  } finally {
    for (const side of sides) await side.stop();
    await postgres.stop();
  }
}

async function* compare(sides: readonly Side[], uploaders: number, batches: readonly Batch[]): AsyncGenerator<Figures> {
  const runs = new Map<Side, Run[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const side of sides) runs.get(side)?.push(await measure(side, uploaders, batches));
  }
  const chunksPerS = (side: Side | undefined) =>
    side === undefined ? NaN : median((runs.get(side) ?? []).map((run) => run.chunksPerS));
  const [, express, expressOnBun] = sides;
  for (const [side, all] of runs) {
    yield {
      bench: "ingest",
      side: side.name,
      uploaders,
      chunks_per_s: rounded(chunksPerS(side)),
      events_per_s: rounded(median(all.map((run) => run.eventsPerS))),
      p50_ms: rounded(median(all.map((run) => run.p50Ms))),
      p99_ms: rounded(median(all.map((run) => run.p99Ms))),
      cpu_ms_per_chunk: rounded(median(all.map((run) => run.cpuMsPerChunk))),
      vs_express: rounded(chunksPerS(side) / chunksPerS(express)),
      vs_express_on_bun: rounded(chunksPerS(side) / chunksPerS(expressOnBun)),
    };
  }
}

interface Run {
  chunksPerS: number;
  eventsPerS: number;
  p50Ms: number;
  p99Ms: number;
  cpuMsPerChunk: number;
}

async function measure(side: Side, uploaders: number, batches: readonly Batch[]): Promise<Run> {
  const senders = await Promise.all(Array.from({ length: uploaders }, () => side.uploader()));
  const seqs = senders.map(() => 0);
  const sendFor = async (ms: number): Promise<{ took: number[]; events: number }> => {
    const until = performance.now() + ms;
    const took: number[] = [];
    let events = 0;
    await Promise.all(
      senders.map(async (send, index) => {
        while (performance.now() < until) {
          const seq = seqs[index] ?? 0;
          seqs[index] = seq + 1;
          const batch = batches[seq % batches.length];
          if (batch === undefined) return;
          const started = performance.now();
          await send(seq, batch);
          took.push(performance.now() - started);
          events += batch.eventCount;
        }
      }),
    );
    return { took, events };
  };
  await sendFor(WARM_UP_MS);
  const [startedMs, cpuBefore] = [performance.now(), cpuMs(side.pid)];
  const { took, events } = await sendFor(MEASURE_MS);
  const seconds = (performance.now() - startedMs) / 1_000;
  return {
    chunksPerS: took.length / seconds,
    eventsPerS: events / seconds,
    p50Ms: percentile(took, 0.5),
    p99Ms: percentile(took, 0.99),
    cpuMsPerChunk: (cpuMs(side.pid) - cpuBefore) / took.length,
  };
}
