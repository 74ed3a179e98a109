import { measureSide } from "../drive/measure-side.ts";
import { pace } from "../drive/pace.ts";
import type { BenchOptions } from "../measure/bench-options.ts";
import { type Figures, MEGABYTE, rounded } from "../measure/figures.ts";
import { residentBytes } from "../measure/process-usage.ts";
import { runFigures } from "../measure/run-figures.ts";
import { loadBatches } from "../recordings/real-recording.ts";
import { startBenchPostgres } from "../sides/bench-postgres.ts";
import { rawSide } from "../sides/gigtrail-sides.ts";
import { startAllInOne } from "../sides/start-all-in-one.ts";
import { Recordist } from "./recordist.ts";
import { memoryFigures, type Sample } from "./memory-figures.ts";

const MINUTE_MS = 60_000;
const WHOLE = { uploaders: 32, warmUpMs: 1_500, measureMs: 6_000, sampleMs: 10_000, chunksPerSession: 1_000 };
const QUICK = { uploaders: 2, warmUpMs: 50, measureMs: 300, sampleMs: 200, chunksPerSession: 5 };
const QUICK_MINUTES = 0.03;
/** Part of what the server can take. */
const LOAD = 0.5;

/**
 * Whether memory stays flat: half of what the server can take (measured first), for some minutes, from uploaders that
 * finish a session and begin another from time to time, so that merging and analysis go on beside. Reads the memory of
 * the process every ten seconds.
 */
export async function* benchSoak({ quick, minutes }: BenchOptions): AsyncGenerator<Figures> {
  const { sampleMs, chunksPerSession, ...load } = quick ? QUICK : WHOLE;
  const ms = (quick ? QUICK_MINUTES : minutes) * MINUTE_MS;
  const batches = await loadBatches();
  await using stack = new AsyncDisposableStack();
  const postgres = await startBenchPostgres(stack);
  const gigtrail = await startAllInOne(stack, await postgres.createDatabase());
  const most = await measureSide(rawSide(gigtrail), { ...load, batches, postgresPid: postgres.pid });
  const chunksPerS = runFigures([most]).chunksPerS * LOAD;

  const recordists = Array.from(
    { length: load.uploaders },
    (_, index) =>
      new Recordist(gigtrail, chunksPerSession, Math.ceil((chunksPerSession * (index + 1)) / load.uploaders)),
  );
  const samples: Sample[] = [];
  const started = performance.now();
  const sampler = setInterval(() => {
    const rssBytes = gigtrail.serverPids.reduce((sum, pid) => sum + residentBytes(pid), 0);
    samples.push({ seconds: (performance.now() - started) / 1_000, rssBytes });
  }, sampleMs);
  stack.defer(() => clearInterval(sampler));
  const options = { uploaders: load.uploaders, batches, chunksPerS, ms };
  const sent = await pace(options, async (index, batch) => recordists[index]?.send(batch));
  clearInterval(sampler);
  yield {
    bench: "soak",
    minutes: rounded(ms / MINUTE_MS),
    wanted_chunks_per_s: rounded(chunksPerS),
    chunks_per_s: rounded(sent / ((performance.now() - started) / 1_000)),
    ...memoryFigures(samples),
    rss_mb_over_time: samples.map(({ rssBytes }) => Math.round(rssBytes / MEGABYTE)).join(" "),
  };
}
