import { type QueryExecutorProvider, sql } from "kysely";

/** How long a claim holds without being renewed, in milliseconds. */
export const LEASE_MS = 30_000;
/** Attempts after which a job is dead: listed, and run again only when asked for anew. */
export const MAX_ATTEMPTS = 5;

/** A job that this worker holds. */
export interface Claim {
  jobId: string;
  kind: string;
  key: string;
  revision: number;
  workspaceId: string;
  userId: string;
  subjectId: string;
  detail: Record<string, string | number>;
  /** This attempt's number, from 1. */
  attempt: number;
  /** Rises with each claim; whoever holds an older one can write nothing. */
  fence: number;
}

/** Takes the job that has been due for longest, or one whose worker has gone silent. */
export async function claimJob(tx: QueryExecutorProvider, kinds: readonly string[]): Promise<Claim | undefined> {
  const { rows } = await sql<Claim>`
    update jobs set state = 'running', fence = fence + 1, attempts = attempts + 1, update_time = now(),
                    lease_until = now() + ${`${LEASE_MS} milliseconds`}::interval
     where job_id = (
       select job_id from jobs
        where kind = any(${kinds}) and ((state = 'queued' and run_after <= now()) or (state = 'running' and lease_until < now()))
        order by run_after limit 1 for update skip locked)
    returning job_id as "jobId", kind, key, revision, workspace_id as "workspaceId", user_id as "userId",
              subject_id as "subjectId", detail, attempts as "attempt", fence`.execute(tx);
  return rows[0];
}

/** Holds a claim for another LEASE_MS; false when it was lost. */
export async function renewLease(tx: QueryExecutorProvider, claim: Claim): Promise<boolean> {
  const { rows } = await sql`
    update jobs set lease_until = now() + ${`${LEASE_MS} milliseconds`}::interval
     where job_id = ${claim.jobId} and fence = ${claim.fence} and state = 'running'
    returning 1`.execute(tx);
  return rows.length > 0;
}

/** What became of a claim that its worker wanted to end. */
export type EndOfClaim = "done" | "superseded" | "lost";

/**
 * Ends a claim, in the transaction that writes its results: write them only on "done". "superseded": there is a newer
 * revision, the job is due again; "lost": another worker has it.
 */
export async function endClaim(tx: QueryExecutorProvider, claim: Claim): Promise<EndOfClaim> {
  const { rows } = await sql<{ state: string }>`
    update jobs set state = case when revision = ${claim.revision} then 'done' else 'queued' end,
                    lease_until = null, update_time = now()
     where job_id = ${claim.jobId} and fence = ${claim.fence} and state = 'running'
    returning state`.execute(tx);
  if (rows[0] === undefined) return "lost";
  return rows[0].state === "done" ? "done" : "superseded";
}

/**
 * Puts a failed claim back with a growing delay (2, 4, 8, … s), or marks it dead after MAX_ATTEMPTS or when it can
 * never succeed. A newer revision is due at once instead.
 */
export async function failClaim(tx: QueryExecutorProvider, claim: Claim, reason: string, final: boolean) {
  const dead = final || claim.attempt >= MAX_ATTEMPTS;
  const { rows } = await sql<{ state: "queued" | "dead" }>`
    update jobs set state = case when revision = ${claim.revision} and ${dead} then 'dead' else 'queued' end,
                    run_after = case when revision = ${claim.revision} then now() + ${`${2 ** claim.attempt} seconds`}::interval
                                     else now() end,
                    error_reason = ${reason}, lease_until = null, update_time = now()
     where job_id = ${claim.jobId} and fence = ${claim.fence} and state = 'running'
    returning state`.execute(tx);
  return rows[0]?.state;
}

/** Gives a claim back unharmed, because the process ends: it is due at once and the attempt does not count. */
export async function releaseClaim(tx: QueryExecutorProvider, claim: Claim): Promise<void> {
  await sql`
    update jobs set state = 'queued', attempts = greatest(attempts - 1, 0), run_after = now(), lease_until = null
     where job_id = ${claim.jobId} and fence = ${claim.fence} and state = 'running'`.execute(tx);
}
