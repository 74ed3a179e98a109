import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Tx } from "@gigtrail/platform/db/database";
import {
  type SessionDeletion,
  SessionDeletionSchema,
  SessionDeletionState,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_deletion_pb";
import { sql } from "kysely";
import type { IngestSchema } from "../db/schema.ts";
import type { DeletionOwner } from "./deletion-owner.ts";

/** The kind of a deletion's job. */
export const DELETE_SESSIONS = "delete_sessions";

/** A deletion and how its job stands. */
interface DeletionRow {
  readonly deletion_id: string;
  readonly matched_sessions: number;
  readonly deleted_sessions: number;
  readonly create_time: Date;
  readonly done_time: Date | null;
  /** When its job was given up, and why; null unless it was. */
  readonly give_up_time: Date | null;
  readonly error_reason: string | null;
}

/** A member's deletions. Another member's are not among them, whatever their ids. */
function deletionsOf(tx: Tx<IngestSchema>, { workspaceId, userId }: DeletionOwner) {
  return tx
    .selectFrom("session_deletions as d")
    .leftJoin("jobs as j", (join) =>
      join
        .on("j.kind", "=", DELETE_SESSIONS)
        .on("j.state", "=", "dead")
        .on("j.key", "=", sql<string>`${workspaceId}::text || '/' || ${userId}::text || '/' || d.deletion_id::text`),
    )
    .where("d.workspace_id", "=", workspaceId)
    .where("d.user_id", "=", userId);
}

/** Name of a deletion's job among those of its kind. */
export function jobKeyOf({ workspaceId, userId }: DeletionOwner, deletionId: string): string {
  return `${workspaceId}/${userId}/${deletionId}`;
}

/** One of a member's deletions; undefined when there is none of that id. */
export async function findDeletion(
  tx: Tx<IngestSchema>,
  owner: DeletionOwner,
  deletionId: string,
): Promise<SessionDeletion | undefined> {
  const row = await deletionsOf(tx, owner)
    .where("d.deletion_id", "=", deletionId)
    .select([
      "d.deletion_id",
      "d.matched_sessions",
      "d.deleted_sessions",
      "d.create_time",
      "d.done_time",
      "j.update_time as give_up_time",
      "j.error_reason",
    ])
    .executeTakeFirst();
  return row && toSessionDeletion(row);
}

/** How many of a member's deletions are neither done nor given up. */
export async function countUnfinished(tx: Tx<IngestSchema>, owner: DeletionOwner): Promise<number> {
  const { count } = await deletionsOf(tx, owner)
    .where("d.done_time", "is", null)
    .where("j.key", "is", null)
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
}

function toSessionDeletion(row: DeletionRow): SessionDeletion {
  const { DONE, FAILED, RUNNING } = SessionDeletionState;
  const endTime = row.done_time ?? row.give_up_time;
  const failed = row.done_time === null && row.give_up_time !== null;
  return create(SessionDeletionSchema, {
    deletionId: row.deletion_id,
    state: row.done_time !== null ? DONE : failed ? FAILED : RUNNING,
    matchedSessions: BigInt(row.matched_sessions),
    deletedSessions: BigInt(row.deleted_sessions),
    createTime: timestampFromDate(row.create_time),
    ...(endTime === null ? {} : { endTime: timestampFromDate(endTime) }),
    errorReason: failed ? (row.error_reason ?? "internal") : "",
  });
}
