import { measureSide } from "../drive/measure-side.ts";
import type { BenchOptions } from "../measure/bench-options.ts";
import { figuresBySide, versus } from "../measure/compare.ts";
import { type Figures, rounded } from "../measure/figures.ts";
import { inTurns } from "../measure/in-turns.ts";
import { loadBatches } from "../recordings/real-recording.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { rawSide } from "../sides/gigtrail-sides.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";
import { startDistributed } from "../sides/start-distributed.ts";

const WHOLE = { uploaders: [8, 32], rounds: 3, warmUpMs: 1_500, measureMs: 6_000 };
const QUICK = { uploaders: [2], rounds: 1, warmUpMs: 50, measureMs: 200 };

/**
 * What it costs to run as processes of their own: the chunks of `ingest` as raw bodies through gateway, gRPC and ingest,
 * with nats-server, beside all in one on the same PostgreSQL. CPU is that of gateway and ingest.
 */
export async function* benchDistributed({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { rounds, ...durations } = quick ? QUICK : WHOLE;
  const batches = await loadBatches();
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);
  const allInOne = rawSide(await startAllInOne(stack, await postgres.createDatabase()), "all in one");
  const distributed = rawSide(await startDistributed(stack, await postgres.createDatabase()), "distributed");
  for (const uploaders of durations.uploaders) {
    const options = { ...durations, uploaders, batches, postgresPid: postgres.pid };
    const runs = await inTurns([allInOne, distributed], rounds, (side) => measureSide(side, options));
    const all = figuresBySide(runs);
    for (const [side, figures] of all) {
      yield {
        bench: "distributed",
        side,
        uploaders,
        chunks_per_s: rounded(figures.chunksPerS),
        p50_ms: rounded(figures.p50Ms),
        p99_ms: rounded(figures.p99Ms),
        cpu_ms_per_chunk: rounded(figures.cpuMsPerChunk),
        ...versus("vs_all_in_one", figures.chunksPerS, all.get(allInOne.name)?.chunksPerS),
      };
    }
  }
}
