import { cpuMsOf, familyCpuMs } from "./process-usage.ts";

/** Whose CPU is measured. */
export interface Measured {
  /** The server's processes. */
  readonly serverPids: readonly number[];
  /** PostgreSQL's first process; what it has started counts with it. */
  readonly postgresPid: number;
}

/** CPU time of a stretch of a run, in milliseconds. */
export interface CpuTime {
  readonly serverMs: number;
  readonly postgresMs: number;
  /** This process: what it takes to make the load. On the same cores, it is missing elsewhere. */
  readonly driverMs: number;
}

/** Begins to measure; the function that it gives ends that. */
export function measureCpu({ serverPids, postgresPid }: Measured): () => CpuTime {
  const read = () => [cpuMsOf(serverPids), familyCpuMs(postgresPid), cpuMsOf([process.pid])] as const;
  const before = read();
  return () => {
    const after = read();
    return { serverMs: after[0] - before[0], postgresMs: after[1] - before[1], driverMs: after[2] - before[2] };
  };
}
