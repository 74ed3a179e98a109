import { type QueryExecutorProvider, sql } from "kysely";

/** A job to be done. */
export interface JobRequest {
  /** What is to be done; a worker knows it by this. */
  kind: string;
  /** With `kind`, the job's identity. */
  key: string;
  /** Rises when there is more to do; a request that is not newer than the job changes nothing. */
  revision: number;
  workspaceId: string;
  /** The member that the subject belongs to. */
  userId: string;
  /** The session, export, … that it is about. */
  subjectId: string;
  /** More for the worker; ids and numbers only. */
  detail?: Readonly<Record<string, string | number>>;
}

/**
 * Asks for a job, in the transaction of the change that it follows from. Returns whether it is due because of this.
 * A worker that has an older revision in hand finishes in vain and the job runs again.
 */
export async function enqueueJob(tx: QueryExecutorProvider, job: JobRequest): Promise<boolean> {
  const { rows } = await sql`
    insert into jobs (kind, key, revision, workspace_id, user_id, subject_id, detail)
    values (${job.kind}, ${job.key}, ${job.revision}, ${job.workspaceId}, ${job.userId}, ${job.subjectId},
            ${JSON.stringify(job.detail ?? {})}::jsonb)
    on conflict (kind, key) do update
       set revision = excluded.revision, detail = excluded.detail, attempts = 0, run_after = now(),
           state = case when jobs.state = 'running' then 'running' else 'queued' end,
           error_reason = null, update_time = now()
     where jobs.revision < excluded.revision
    returning 1`.execute(tx);
  return rows.length > 0;
}
