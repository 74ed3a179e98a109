import { measureSide } from "../drive/measure-side.ts";
import type { BenchOptions } from "../measure/bench-options.ts";
import { figuresBySide } from "../measure/compare.ts";
import { type Figures, rounded } from "../measure/figures.ts";
import { inTurns } from "../measure/in-turns.ts";
import { denseBatches } from "../recordings/dense-batches.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { rawSide } from "../sides/gigtrail-sides.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";
import { startDistributed } from "../sides/start-distributed.ts";
import { hopSide } from "./hop-side.ts";

const WHOLE = { uploaders: 32, rounds: 3, warmUpMs: 1_500, measureMs: 8_000 };
const QUICK = { uploaders: 4, rounds: 1, warmUpMs: 50, measureMs: 200 };

/**
 * Whether calls of 200 KB starve one another between gateway and ingest: 32 at once, each a chunk that gzip makes little
 * smaller, and the same without the work (hop-side.ts). All in one, which has no such hop, shows what of the latency is
 * work. A starved call shows in the worst latencies long before the middle one.
 */
export async function* benchStarvation({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { rounds, ...durations } = quick ? QUICK : WHOLE;
  const batches = denseBatches();
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);
  const distributed = await startDistributed(stack, await postgres.createDatabase());
  const allInOne = await startAllInOne(stack, await postgres.createDatabase());
  const sides = [
    rawSide(distributed, "distributed"),
    rawSide(allInOne, "all in one"),
    hopSide(distributed, "distributed, the way alone"),
    hopSide(allInOne, "all in one, the way alone"),
  ];
  const options = { ...durations, batches, postgresPid: postgres.pid };
  const runs = await inTurns(sides, rounds, (side) => measureSide(side, options));
  for (const [side, figures] of figuresBySide(runs)) {
    yield {
      bench: "starvation",
      side,
      in_flight: options.uploaders,
      payload_kb: rounded((batches[0]?.body.length ?? 0) / 1_000),
      calls_per_s: rounded(figures.chunksPerS),
      p50_ms: rounded(figures.p50Ms),
      p99_ms: rounded(figures.p99Ms),
      max_ms: rounded(figures.maxMs),
      p99_vs_p50: rounded(figures.p99Ms / figures.p50Ms),
      cpu_ms_per_call: rounded(figures.cpuMsPerChunk),
    };
  }
}
