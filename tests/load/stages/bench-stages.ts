import type { BenchOptions } from "../measure/bench-options.ts";
import { CannotRun } from "../measure/cannot-run.ts";
import { type Figures, MEGABYTE, median, rounded } from "../measure/figures.ts";
import { inTurns } from "../measure/in-turns.ts";
import { loadBatches } from "../recordings/real-recording.ts";
import { recordPages } from "../recordings/record-pages.ts";
import { BARE_STAGES } from "./bare-stages.ts";
import { INGEST_STAGES } from "./ingest-stages.ts";
import { type Sample, sampleOf } from "./sample.ts";
import { type Stage, WHOLE } from "./stage.ts";
import { workerHop } from "./worker-hop.ts";
import { ZSTD_LEVELS } from "./zstd-levels.ts";

const LONG = { rounds: 15, warmUpMs: 500, measureMs: 100, messages: 5_000, pages: Infinity };
const QUICK = { rounds: 1, warmUpMs: 1, measureMs: 1, messages: 50, pages: 1 };

/**
 * What CPU each stage of ingest's work on a chunk takes, in one thread, beside the bare way to the same end: medians of
 * rounds in turns, `vs_bare` as part of the whole bare way. Over the real recording's chunks, and over the first
 * snapshots of real pages where they can be recorded. Then what zstd's levels cost and save, and the hop to a Worker.
 */
export async function* benchStages({ quick }: BenchOptions): AsyncGenerator<Figures> {
  const options = quick ? QUICK : LONG;
  const events = (await loadBatches()).map(sampleOf);
  yield* stagesOver("100 events", events, options);
  const pages = (await pagesOrNone(options.pages)).map(sampleOf);
  if (pages.length > 0) yield* stagesOver("page", pages, options);
  yield await workerHop(options.messages, options.rounds);
}

async function pagesOrNone(atMost: number) {
  try {
    return await recordPages(atMost);
  } catch (error) {
    if (error instanceof CannotRun) return [];
    throw error;
  }
}

async function* stagesOver(chunk: string, samples: readonly Sample[], options: typeof LONG): AsyncGenerator<Figures> {
  const stages: readonly Stage[] = [...BARE_STAGES, ...INGEST_STAGES, ...ZSTD_LEVELS];
  for (const stage of stages) cpuUsPerChunk(stage, samples, options.warmUpMs);
  const runs = await inTurns(stages, options.rounds, async (stage) => cpuUsPerChunk(stage, samples, options.measureMs));
  const us = (stage: Stage) => median(runs.get(stage) ?? []);
  const bare = Math.max(...BARE_STAGES.filter(({ name }) => name === WHOLE).map(us));
  const bytes = samples.reduce((total, { json }) => total + json.length, 0) / samples.length;
  for (const stage of stages) {
    const level = ZSTD_LEVELS.find((one) => one === stage);
    yield {
      bench: "stages",
      chunk,
      pipeline: stage.pipeline,
      stage: stage.name,
      cpu_us_per_chunk: rounded(us(stage)),
      cpu_ms_per_mb: rounded((us(stage) / 1_000 / bytes) * MEGABYTE),
      vs_bare: rounded(us(stage) / bare),
      ...(level === undefined ? {} : { bytes_to_1: rounded(level.ratioOf(samples)) }),
    };
  }
}

/** Runs the stage on all samples in turn for at least so long; microseconds of CPU a chunk, the collector's included. */
function cpuUsPerChunk(stage: Stage, samples: readonly Sample[], leastMs: number): number {
  const untilMs = performance.now() + leastMs;
  const before = process.cpuUsage();
  let turns = 0;
  do {
    for (const sample of samples) stage.run(sample);
    turns += 1;
  } while (performance.now() < untilMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (turns * samples.length);
}
