import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import { enqueueJob } from "@gigtrail/platform/jobs/enqueue";
import type { SessionDeletion } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_deletion_pb";
import { sql } from "kysely";
import type { IngestSchema, StoredFilter } from "../db/schema.ts";
import { MAX_UNFINISHED_DELETIONS } from "../limits.ts";
import { matches } from "../sessions/session-filter.ts";
import type { DeletionOwner } from "./deletion-owner.ts";
import { countUnfinished, DELETE_SESSIONS, findDeletion, jobKeyOf } from "./session-deletion.ts";

/** How many sessions match a filter now, among those that its owner may delete. */
export async function countMatches(tx: Tx<IngestSchema>, owner: DeletionOwner, filter: StoredFilter): Promise<number> {
  const { count } = await tx
    .selectFrom("sessions")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where((row) => matches(row, owner.scope, filter))
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Asks for a deletion, with its job; one that was asked for before under this id is answered as it stands. Throws
 * `too_many_deletions`.
 */
export async function insertDeletion(
  tx: Tx<IngestSchema>,
  owner: DeletionOwner,
  deletionId: string,
  filter: StoredFilter,
): Promise<SessionDeletion> {
  const { workspaceId, userId, scope } = owner;
  await lockDeletions(tx, owner);
  const known = await findDeletion(tx, owner, deletionId);
  if (known !== undefined) return known;
  if ((await countUnfinished(tx, owner)) >= MAX_UNFINISHED_DELETIONS) throw refusal("too_many_deletions");
  await tx
    .insertInto("session_deletions")
    .values({
      workspace_id: workspaceId,
      deletion_id: deletionId,
      user_id: userId,
      sees_all: scope.userId === undefined,
      filter: JSON.stringify(filter),
      matched_sessions: await countMatches(tx, owner, filter),
    })
    .execute();
  const key = jobKeyOf(owner, deletionId);
  await enqueueJob(tx, { kind: DELETE_SESSIONS, key, revision: 1, workspaceId, userId, subjectId: deletionId });
  const made = await findDeletion(tx, owner, deletionId);
  if (made === undefined) throw new Error("a deletion that was just made is not there");
  return made;
}

/**
 * Has other transactions in which the member asks for deletions wait for this one, so that the same id, or one too many,
 * is seen. No row could stand for it: a workspace without sessions has none. In the embedded database all connections are
 * one session, which this does not keep apart; transactions do not overlap there.
 */
async function lockDeletions(tx: Tx<IngestSchema>, { workspaceId, userId }: DeletionOwner): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`deletions ${workspaceId} ${userId}`}, 0))`.execute(tx);
}
