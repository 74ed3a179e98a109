import { FAULT_NAMES, type FaultName } from "../faults/fault-kinds.ts";
import type { InflictedFault } from "../faults/play-faults.ts";
import type { SupervisedProcess } from "../system/supervised-process.ts";
import type { JobCounts } from "../verify/count-jobs.ts";
import type { Ledger } from "../workload/ledger.ts";

/** What a run came to. */
export interface ChaosReport {
  readonly seed: string;
  readonly plan: readonly FaultName[];
  readonly inflicted: readonly InflictedFault[];
  readonly missed: readonly string[];
  readonly settleMs: number;
  readonly tookMs: number;
  readonly ledger: Ledger;
  readonly processes: readonly SupervisedProcess[];
  readonly jobs: JobCounts;
  /** Why the disk was never full; undefined where it could be. */
  readonly diskWhy: string | undefined;
  /** What is not as it must be; empty: the run has passed. */
  readonly findings: readonly string[];
  /** Where logs, database and blobs of a failed run are. */
  readonly folder: string | undefined;
}

/** A report for people, a line each. */
export function reportLines(report: ChaosReport): string[] {
  const { seed, inflicted, missed, ledger, findings } = report;
  const sessions = [...ledger.sessions.values()];
  const chunks = sessions.flatMap(({ tabs }) => [...tabs.values()].flatMap((tab) => [...tab.chunks.values()]));
  const acknowledged = chunks.filter((sent) => sent.acknowledged).length;
  const recoveries = inflicted.flatMap(({ recoveryMs }) => recoveryMs ?? []).toSorted((a, b) => a - b);
  const lines = [
    `seed ${seed}: ${inflicted.length} faults in ${seconds(report.tookMs)}, start and checks included`,
    ...FAULT_NAMES.map((name) => countLine(report, name)).filter((line) => line !== ""),
    `chunks: ${chunks.length} made, ${ledger.sentChunks} times sent, ${ledger.answeredChunks} times acknowledged, ${ledger.duplicates} of these as duplicates; ${acknowledged} of them durable`,
    `sessions: ${sessions.length}, of which ${ledger.deletions} deleted; ${ledger.lateChunks} late chunks, ${ledger.secrets.length} secrets planted`,
    `clients: ${ledger.refusals} calls or chunks refused or lost, ${ledger.parkedChunks} chunks given up, ${ledger.snapshotsAskedFor} FullSnapshots asked for`,
    `recovery: a chunk is acknowledged ${milliseconds(at(recoveries, 0.5))} after a fault is healed (median; 95 %: ${milliseconds(at(recoveries, 0.95))}, most: ${milliseconds(at(recoveries, 1))}); longest silence ${seconds(ledger.longestSilenceMs)}; at rest ${seconds(report.settleMs)} after the last`,
    `jobs: ${report.jobs.jobs}, taken up again ${report.jobs.repeated} times`,
    `processes: ${report.processes.reduce((total, each) => total + each.givenUpStarts, 0)} starts given up while something was away, ${report.processes.reduce((total, each) => total + each.crashes, 0)} ended by themselves`,
  ];
  if (missed.length > 0) lines.push(`not counted, nothing to hit: ${missed.join(", ")}`);
  if (report.diskWhy !== undefined) lines.push(`the disk was never full: ${report.diskWhy}`);
  for (const finding of findings) lines.push(`WRONG ${finding}`);
  if (findings.length === 0) lines.push("nothing lost, nothing twice, nothing left behind");
  else lines.push(`logs, database and blobs are in ${report.folder}`);
  return lines;
}

function countLine({ inflicted, plan }: ChaosReport, name: FaultName): string {
  const planned = plan.filter((each) => each === name).length;
  const count = inflicted.filter((fault) => fault.name === name).length;
  return planned === 0 ? "" : `  ${name.padEnd(16)} ${String(count).padStart(4)}`;
}

/** The value below which this share of the sorted values lies. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function milliseconds(ms: number): string {
  return `${Math.round(ms)} ms`;
}
