import { measureSide } from "../drive/measure-side.ts";
import type { BenchOptions } from "../measure/bench-options.ts";
import { figuresBySide, versus } from "../measure/compare.ts";
import { type Figures, rounded } from "../measure/figures.ts";
import { inTurns } from "../measure/in-turns.ts";
import type { Batch } from "../recordings/batch.ts";
import { loadBatches } from "../recordings/real-recording.ts";
import { recordPages } from "../recordings/record-pages.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { startExpresses } from "../sides/express-sides.ts";
import { connectJsonSide, rawSide } from "../sides/gigtrail-sides.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";

const WHOLE = { uploaders: 32, rounds: 3, warmUpMs: 1_500, measureMs: 6_000, pages: Infinity };
const QUICK = { uploaders: 2, rounds: 1, warmUpMs: 50, measureMs: 300, pages: 1 };
/** Chunks of events to one page, as people who read what they open give them. */
const BATCHES_A_PAGE = 9;

/**
 * The everyday mix: nine chunks of 100 events to one FullSnapshot of a real page, to Gigtrail as raw bodies and as
 * Connect JSON, and to the plain alternative. Counted in MB of JSON, since the chunks differ so much.
 */
export async function* benchMix({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const { rounds, pages, ...durations } = quick ? QUICK : WHOLE;
  const batches = mixOf(await loadBatches(), await recordPages(pages));
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);
  const gigtrail = await startAllInOne(stack, await postgres.createDatabase());
  const expresses = await startExpresses(stack, postgres);
  const [raw, connectJson] = [rawSide(gigtrail), connectJsonSide(gigtrail)];
  const options = { ...durations, batches, postgresPid: postgres.pid };
  const measure = (side: typeof raw) => measureSide(side, options);
  const all = figuresBySide(await inTurns([raw, connectJson, ...expresses], rounds, measure));
  for (const [side, figures] of all) {
    yield {
      bench: "mix",
      side,
      uploaders: options.uploaders,
      json_mb_per_s: rounded(figures.jsonMbPerS),
      chunks_per_s: rounded(figures.chunksPerS),
      p50_ms: rounded(figures.p50Ms),
      p99_ms: rounded(figures.p99Ms),
      cpu_ms_per_mb: rounded(figures.cpuMsPerMb),
      driver_cpu_ms_per_chunk: rounded(figures.driverCpuMsPerChunk),
      ...versus("mb_per_s_vs_raw_body", figures.jsonMbPerS, all.get(raw.name)?.jsonMbPerS),
      ...versus("cpu_vs_raw_body", figures.cpuMsPerMb, all.get(raw.name)?.cpuMsPerMb),
      ...versus("vs_express_on_node", figures.jsonMbPerS, all.get("express on node")?.jsonMbPerS),
      ...versus("vs_express_on_bun", figures.jsonMbPerS, all.get("express on bun")?.jsonMbPerS),
    };
  }
}

/** A page after every nine batches, until each page has come once with each batch before it. */
function mixOf(batches: readonly Batch[], pages: readonly Batch[]): Batch[] {
  let next = 0;
  return pages.flatMap((page) => {
    const before = Array.from({ length: BATCHES_A_PAGE }, () => batches[next++ % batches.length] ?? page);
    return [...before, page];
  });
}
