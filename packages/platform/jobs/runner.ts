import type { Bus } from "../bus/bus.ts";
import type { Database, Tx } from "../db/database.ts";
import { reasonOf } from "../errors.ts";
import { pause, type Running } from "../lifecycle.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../metrics.ts";
import {
  type Claim,
  claimJob,
  endClaim,
  failClaim,
  LEASE_MS,
  MAX_ATTEMPTS,
  releaseClaim,
  renewLease,
} from "./claim.ts";
import { jobsSubject } from "./wake.ts";

/** How often a worker looks by itself, in milliseconds: what the bus forgot is found within this. */
const SWEEP_MS = 2_000;

/** A job in a worker's hand. */
export interface Job<Schema> extends Claim {
  /** Aborted when the lease is lost or the process drains: stop, nothing more can be written. */
  readonly signal: AbortSignal;
  /** Writes the results and ends the job in one transaction. Nothing is written when the job was lost or renewed. */
  finish(write: (tx: Tx<Schema>) => Promise<void>): Promise<void>;
}

/**
 * Does one kind of job and ends with `job.finish`. Whatever it throws, or returning without that, puts the job back; it
 * must therefore be safe to repeat.
 */
export interface JobHandler<Schema> {
  run(job: Job<Schema>): Promise<void>;
  /** Told when a job is given up, to show it to the user. */
  gaveUp?(claim: Claim, reason: string): Promise<void>;
}

/** What a runner stands on. */
export interface RunnerOptions<Schema> {
  db: Database<Schema>;
  bus: Bus;
  log: Log;
  metrics: Metrics;
  handlers: Readonly<Record<string, JobHandler<Schema>>>;
  /** Jobs at the same time. */
  concurrency: number;
}

/** Starts the workers of a schema. */
export function startRunner<Schema>(options: RunnerOptions<Schema>): Running {
  const stopping = new AbortController();
  const wake = new Wake();
  const listening = options.bus.listen(jobsSubject(options.db.schema), () => wake.now());
  const workers = Array.from({ length: options.concurrency }, () => work(options, stopping.signal, wake));
  return {
    async stop() {
      stopping.abort();
      wake.now();
      await listening.stop();
      await Promise.all(workers);
    },
  };
}

/** Lets sleeping workers be woken early. Who was busy when it rang does not sleep afterwards. */
class Wake {
  #ringing = new AbortController();
  /** Take this before looking for work, and sleep on it when there was none. */
  get bell(): AbortSignal {
    return this.#ringing.signal;
  }
  now(): void {
    const rung = this.#ringing;
    this.#ringing = new AbortController();
    rung.abort();
  }
}

async function work<Schema>(options: RunnerOptions<Schema>, stopping: AbortSignal, wake: Wake): Promise<void> {
  const kinds = Object.keys(options.handlers);
  while (!stopping.aborted) {
    const { bell } = wake;
    const claim = await options.db
      .asSystem((tx) => claimJob(tx, kinds))
      .catch((error: unknown) => {
        options.log.warn({ error }, "no job could be claimed");
        return undefined;
      });
    if (claim === undefined) await pause(SWEEP_MS, AbortSignal.any([bell, stopping]));
    else await runClaim(options, claim, stopping);
  }
}

async function runClaim<Schema>(options: RunnerOptions<Schema>, claim: Claim, stopping: AbortSignal): Promise<void> {
  const { db, log, metrics } = options;
  const handler = options.handlers[claim.kind];
  if (handler === undefined) throw new Error(`no handler for jobs of kind ${claim.kind}`);
  const lost = new AbortController();
  const renewing = setInterval(() => {
    db.asSystem((tx) => renewLease(tx, claim)).then(
      (held) => held || lost.abort(),
      (error: unknown) => log.warn({ error, job_id: claim.jobId }, "a lease could not be renewed"),
    );
  }, LEASE_MS / 3);
  const signal = AbortSignal.any([lost.signal, stopping]);
  let ended = false;
  const job: Job<Schema> = {
    ...claim,
    signal,
    finish: async (write) => {
      await finish(db, claim, write);
      ended = true;
    },
  };
  try {
    // Failures end in putBack, which counts them; only a worker that died with the job comes this far.
    if (claim.attempt > MAX_ATTEMPTS) throw new Error("the job has ended its worker at every attempt");
    await handler.run(job);
    if (!ended) throw new Error("the handler returned without finishing its job");
    metrics.jobDone(claim.kind, "done");
  } catch (error) {
    if (stopping.aborted) await release(options, claim);
    else await putBack(options, handler, claim, error);
  } finally {
    clearInterval(renewing);
  }
}

async function finish<Schema>(db: Database<Schema>, claim: Claim, write: (tx: Tx<Schema>) => Promise<void>) {
  await db.inWorkspace(claim.workspaceId, async (tx) => {
    if ((await endClaim(tx, claim)) === "done") await write(tx);
  });
}

async function release<Schema>({ db, log }: RunnerOptions<Schema>, claim: Claim): Promise<void> {
  try {
    await db.asSystem((tx) => releaseClaim(tx, claim));
  } catch (error) {
    // The lease runs out and another worker takes the job.
    log.error({ error, job_id: claim.jobId }, "a job could not be given back");
  }
}

async function putBack<Schema>(
  { db, log, metrics }: RunnerOptions<Schema>,
  handler: JobHandler<Schema>,
  claim: Claim,
  error: unknown,
): Promise<void> {
  const reason = reasonOf(error) ?? "internal";
  log.warn({ error, job_id: claim.jobId, kind: claim.kind, attempt: claim.attempt, reason }, "a job failed");
  try {
    const state = await db.asSystem((tx) => failClaim(tx, claim, reason, false));
    // No state: another worker has the job, or it had ended before the error.
    if (state !== undefined) metrics.jobDone(claim.kind, state === "dead" ? "dead" : "retried");
    if (state === "dead") await handler.gaveUp?.(claim, reason);
  } catch (failure) {
    // The lease runs out and another worker takes the job.
    log.error({ error: failure, job_id: claim.jobId }, "a failed job could not be put back");
  }
}
