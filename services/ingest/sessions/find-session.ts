import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { Scope } from "@gigtrail/platform/rpc/caller";
import { type Session, SessionSchema, SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { SelectQueryBuilder } from "kysely";
import type { IngestSchema, StoredState } from "../db/schema.ts";
import { toEventTime } from "@gigtrail/platform/event-time";

/** A row of the query below. */
export interface SessionRow {
  session_id: string;
  user_id: string;
  device_id: string | null;
  display_name: string;
  state: StoredState;
  generation: number;
  create_time: Date;
  event_count: number | null;
  chunk_count: number | null;
  raw_bytes: number | null;
  stored_bytes: number | null;
  masked_values: number | null;
  dropped_events: number | null;
  first_event_ms: number | null;
  last_event_ms: number | null;
}

/** Sessions with the sums of their tabs, as far as a caller may see them. */
export function selectSessions(tx: Tx<IngestSchema>, { workspaceId, userId }: Scope) {
  const sessions = tx
    .selectFrom("sessions as s")
    .leftJoin("tabs as t", (join) =>
      join.onRef("t.workspace_id", "=", "s.workspace_id").onRef("t.session_id", "=", "s.session_id"),
    )
    .where("s.workspace_id", "=", workspaceId)
    .groupBy(["s.workspace_id", "s.session_id"])
    .select(({ fn, cast }) => [
      "s.session_id",
      "s.user_id",
      "s.device_id",
      "s.display_name",
      "s.state",
      "s.generation",
      "s.create_time",
      cast<number | null>(fn.sum("t.event_count"), "int8").as("event_count"),
      cast<number | null>(fn.sum("t.chunk_count"), "int8").as("chunk_count"),
      cast<number | null>(fn.sum("t.raw_bytes"), "int8").as("raw_bytes"),
      cast<number | null>(fn.sum("t.stored_bytes"), "int8").as("stored_bytes"),
      cast<number | null>(fn.sum("t.masked_values"), "int8").as("masked_values"),
      cast<number | null>(fn.sum("t.dropped_events"), "int8").as("dropped_events"),
      fn.min("t.first_event_ms").as("first_event_ms"),
      fn.max("t.last_event_ms").as("last_event_ms"),
    ]);
  return userId === undefined ? sessions : sessions.where("s.user_id", "=", userId);
}

/** One session as its caller sees it. Throws `session_not_found` or, to its owner, `session_deleted`. */
export async function findSession(tx: Tx<IngestSchema>, scope: Scope, sessionId: string): Promise<Session> {
  const row: SessionRow | undefined = await selectSessions(tx, scope)
    .where("s.session_id", "=", sessionId)
    .executeTakeFirst();
  if (row !== undefined) return toSession(row);
  throw refusal(
    (await findTombstone(tx, scope.workspaceId, sessionId, scope.userId)) ? "session_deleted" : "session_not_found",
  );
}

/** Whether a session of the workspace (and of the member, where one is given) was deleted. */
export async function findTombstone(
  tx: Tx<IngestSchema>,
  workspaceId: string,
  sessionId: string,
  userId?: string,
): Promise<boolean> {
  let query: SelectQueryBuilder<IngestSchema, "tombstones", object> = tx
    .selectFrom("tombstones")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId);
  if (userId !== undefined) query = query.where("user_id", "=", userId);
  return (await query.select("session_id").executeTakeFirst()) !== undefined;
}

/** A row as the contract's message. */
export function toSession(row: SessionRow): Session {
  return create(SessionSchema, {
    sessionId: row.session_id,
    userId: row.user_id,
    deviceId: row.device_id ?? "",
    displayName: row.display_name,
    state: toSessionState(row.state),
    generation: row.generation,
    createTime: timestampFromDate(row.create_time),
    ...(row.first_event_ms === null ? {} : { firstEventTime: toEventTime(row.first_event_ms) }),
    ...(row.last_event_ms === null ? {} : { lastEventTime: toEventTime(row.last_event_ms) }),
    eventCount: BigInt(row.event_count ?? 0),
    chunkCount: BigInt(row.chunk_count ?? 0),
    rawBytes: BigInt(row.raw_bytes ?? 0),
    storedBytes: BigInt(row.stored_bytes ?? 0),
    maskedValues: BigInt(row.masked_values ?? 0),
    droppedEvents: BigInt(row.dropped_events ?? 0),
  });
}

/** A stored state as the contract's. */
export function toSessionState(state: StoredState): SessionState {
  switch (state) {
    case "recording":
      return SessionState.RECORDING;
    case "finishing":
      return SessionState.FINISHING;
    case "complete":
      return SessionState.COMPLETE;
  }
}
