import type { Tx } from "@gigtrail/platform/db/database";
import type { Claim } from "@gigtrail/platform/jobs/claim";
import type { Job, JobHandler } from "@gigtrail/platform/jobs/runner";
import type { Scope } from "@gigtrail/platform/rpc/caller";
import { type RawBuilder, sql } from "kysely";
import type { IngestContext } from "../context.ts";
import type { IngestSchema, StoredFilter } from "../db/schema.ts";
import { eraseSession } from "../sessions/erase-session.ts";
import { matches } from "../sessions/session-filter.ts";

/** Sessions looked up in one go. */
const BATCH = 100;

type Needs = Pick<IngestContext, "db" | "standings" | "wake">;

/** A deletion as it was asked for. */
interface Order {
  readonly scope: Scope;
  readonly filter: StoredFilter;
}

/**
 * Deletes the sessions of a deletion one after the other, each in a transaction that counts it. A worker that takes over
 * finds those that are left; what another deleted meanwhile is not counted.
 */
export function deleteSessionsJob(needs: Needs): JobHandler<IngestSchema> {
  return { run: (job) => run(needs, job) };
}

async function run(needs: Needs, job: Job<IngestSchema>): Promise<void> {
  const order = await needs.db.inWorkspace(job.workspaceId, (tx) => readOrder(tx, job));
  if (order !== undefined) {
    for (;;) {
      const ids = await needs.db.inWorkspace(job.workspaceId, (tx) => sessionsOf(tx, job, order, BATCH));
      if (ids.length === 0) break;
      await eraseAll(needs, job, order, ids);
    }
  }
  await job.finish(async (tx) => {
    await ownRow(tx, job)
      .set({ done_time: sql<Date>`now()` })
      .execute();
  });
}

async function eraseAll({ db, standings, wake }: Needs, job: Job<IngestSchema>, order: Order, ids: readonly string[]) {
  try {
    for (const sessionId of ids) {
      job.signal.throwIfAborted();
      await db.inWorkspace(job.workspaceId, (tx) => eraseOne(tx, job, order, sessionId));
    }
  } finally {
    standings.forget(job.workspaceId);
    wake.outbox();
    wake.sweep();
  }
}

async function readOrder(tx: Tx<IngestSchema>, { workspaceId, userId, subjectId }: Claim): Promise<Order | undefined> {
  const row = await tx
    .selectFrom("session_deletions")
    .select(["sees_all", "filter"])
    .where("workspace_id", "=", workspaceId)
    .where("user_id", "=", userId)
    .where("deletion_id", "=", subjectId)
    .executeTakeFirst();
  return row && { scope: { workspaceId, userId: row.sees_all ? undefined : userId }, filter: row.filter };
}

/** The sessions that match and were there when the deletion was asked for, oldest first. */
async function sessionsOf(
  tx: Tx<IngestSchema>,
  job: Claim,
  { scope, filter }: Order,
  limit: number,
): Promise<string[]> {
  const rows = await tx
    .selectFrom("sessions")
    .select("session_id")
    .where((row) => matches(row, scope, filter))
    .where("create_time", "<=", askedAt(job))
    .orderBy("create_time")
    .limit(limit)
    .execute();
  return rows.map((row) => row.session_id);
}

/** As PostgreSQL has it, in microseconds: a JavaScript date would cut it to milliseconds. */
function askedAt({ workspaceId, userId, subjectId }: Claim): RawBuilder<Date> {
  return sql<Date>`(select create_time from session_deletions
                     where workspace_id = ${workspaceId} and user_id = ${userId} and deletion_id = ${subjectId})`;
}

/** Deletes one session, if it still matches now that it is locked, and counts it. */
async function eraseOne(tx: Tx<IngestSchema>, job: Claim, { scope, filter }: Order, sessionId: string): Promise<void> {
  const session = await tx
    .selectFrom("sessions")
    .select(["user_id", "generation"])
    .where((row) => matches(row, scope, filter))
    .where("session_id", "=", sessionId)
    .forUpdate()
    .executeTakeFirst();
  if (session === undefined) return;
  await eraseSession(tx, { workspaceId: job.workspaceId, sessionId }, session);
  // One that was being made when the deletion was asked for may have been committed after the count.
  await ownRow(tx, job)
    .set({
      deleted_sessions: sql<number>`deleted_sessions + 1`,
      matched_sessions: sql<number>`greatest(matched_sessions, deleted_sessions + 1)`,
    })
    .execute();
}

function ownRow(tx: Tx<IngestSchema>, { workspaceId, userId, subjectId }: Claim) {
  return tx
    .updateTable("session_deletions")
    .where("workspace_id", "=", workspaceId)
    .where("user_id", "=", userId)
    .where("deletion_id", "=", subjectId);
}
