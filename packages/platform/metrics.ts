import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** What a service counts, for Prometheus. Labels hold methods, codes and reasons, never ids. */
export interface Metrics {
  /** Answers a scrape: the text format of Prometheus. */
  text(): Promise<string>;
  /** One more RPC answered. */
  rpcDone(method: string, code: string, seconds: number): void;
  /** One more refusal, by its reason. */
  refused(reason: string): void;
  /** One more job that ended: done, retried or dead. */
  jobDone(kind: string, outcome: string): void;
}

/** Makes the metrics of one process; `service` becomes a label of everything. */
export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const duration = new Histogram({
    name: "gigtrail_rpc_duration_seconds",
    help: "Time from request to answer, by method and Connect code.",
    labelNames: ["method", "code"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const refusals = new Counter({
    name: "gigtrail_refusals_total",
    help: "Calls and chunks that were refused, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const jobs = new Counter({
    name: "gigtrail_jobs_total",
    help: "Jobs that ended, by kind and outcome (done, retried, dead).",
    labelNames: ["kind", "outcome"],
    registers,
  });
  return {
    text: () => registry.metrics(),
    rpcDone: (method, code, seconds) => duration.labels(method, code).observe(seconds),
    refused: (reason) => refusals.labels(reason).inc(),
    jobDone: (kind, outcome) => jobs.labels(kind, outcome).inc(),
  };
}
