import type { Run } from "../drive/measure-side.ts";
import { MEGABYTE, median, percentile } from "./figures.ts";

/** The middle of some runs of one side; each figure by itself, unrounded. */
export interface RunFigures {
  readonly chunksPerS: number;
  readonly eventsPerS: number;
  readonly jsonMbPerS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly cpuMsPerChunk: number;
  readonly cpuMsPerMb: number;
  readonly postgresCpuMsPerChunk: number;
  readonly driverCpuMsPerChunk: number;
}

/** What some runs of one side come to. Latencies are medians over the runs of each run's percentile. */
export function runFigures(runs: readonly Run[]): RunFigures {
  const middle = (of: (run: Run) => number) => median(runs.map(of));
  return {
    chunksPerS: middle(({ tookMs, seconds }) => tookMs.length / seconds),
    eventsPerS: middle(({ events, seconds }) => events / seconds),
    jsonMbPerS: middle(({ jsonBytes, seconds }) => jsonBytes / MEGABYTE / seconds),
    p50Ms: middle(({ tookMs }) => percentile(tookMs, 0.5)),
    p99Ms: middle(({ tookMs }) => percentile(tookMs, 0.99)),
    maxMs: middle(({ tookMs }) => percentile(tookMs, 1)),
    cpuMsPerChunk: middle(({ cpu, tookMs }) => cpu.serverMs / tookMs.length),
    cpuMsPerMb: middle(({ cpu, jsonBytes }) => cpu.serverMs / (jsonBytes / MEGABYTE)),
    postgresCpuMsPerChunk: middle(({ cpu, tookMs }) => cpu.postgresMs / tookMs.length),
    driverCpuMsPerChunk: middle(({ cpu, tookMs }) => cpu.driverMs / tookMs.length),
  };
}
