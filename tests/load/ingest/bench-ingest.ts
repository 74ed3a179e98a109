import { measureSide } from "../drive/measure-side.ts";
import type { BenchOptions } from "../measure/bench-options.ts";
import { figuresBySide, versus } from "../measure/compare.ts";
import { type Figures, rounded } from "../measure/figures.ts";
import { inTurns } from "../measure/in-turns.ts";
import { loadBatches } from "../recordings/real-recording.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { startExpresses } from "../sides/express-sides.ts";
import { connectJsonSide, rawSide } from "../sides/gigtrail-sides.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";

const WHOLE = { uploaders: [8, 32], rounds: 3, warmUpMs: 1_500, measureMs: 6_000 };
const QUICK = { uploaders: [2], rounds: 1, warmUpMs: 50, measureMs: 200 };

/**
 * Durable chunks a second: the same chunks, one after the other from each uploader, to Gigtrail (all in one; as raw
 * bodies and as Connect JSON) and to the plain alternative, all on one PostgreSQL with fsync and synchronous_commit on,
 * driver and all on this machine.
 */
export async function* benchIngest({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { rounds, ...durations } = quick ? QUICK : WHOLE;
  const batches = await loadBatches();
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);
  const gigtrail = await startAllInOne(stack, await postgres.createDatabase());
  const expresses = await startExpresses(stack, postgres);
  const sides = [rawSide(gigtrail), connectJsonSide(gigtrail), ...expresses];
  for (const uploaders of durations.uploaders) {
    const options = { ...durations, uploaders, batches, postgresPid: postgres.pid };
    const all = figuresBySide(await inTurns(sides, rounds, (side) => measureSide(side, options)));
    for (const [side, figures] of all) {
      yield {
        bench: "ingest",
        side,
        uploaders,
        chunks_per_s: rounded(figures.chunksPerS),
        events_per_s: rounded(figures.eventsPerS),
        p50_ms: rounded(figures.p50Ms),
        p99_ms: rounded(figures.p99Ms),
        cpu_ms_per_chunk: rounded(figures.cpuMsPerChunk),
        postgres_cpu_ms_per_chunk: rounded(figures.postgresCpuMsPerChunk),
        driver_cpu_ms_per_chunk: rounded(figures.driverCpuMsPerChunk),
        ...versus("vs_express_on_node", figures.chunksPerS, all.get("express on node")?.chunksPerS),
        ...versus("vs_express_on_bun", figures.chunksPerS, all.get("express on bun")?.chunksPerS),
      };
    }
  }
}
