import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { Scope } from "@gigtrail/platform/rpc/caller";
import { type Session, SessionSchema, SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import type { Selectable, SelectQueryBuilder } from "kysely";
import type { IngestSchema, StoredFilter, StoredState } from "../db/schema.ts";
import { toEventTime } from "@gigtrail/platform/event-time";
import { matches } from "./session-filter.ts";

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
  cut_events: number | null;
  misdated_events: number | null;
  clock_offset_ms: number | null;
  events_expire_time: Date | null;
}

/** A query for the rows of sessions, before the sums of their tabs are added. */
export type SessionsQuery = SelectQueryBuilder<IngestSchema, "sessions", Selectable<IngestSchema["sessions"]>>;

/** The sessions that a caller may see and that match a filter. */
export function selectSessions(tx: Tx<IngestSchema>, scope: Scope, filter: StoredFilter = {}): SessionsQuery {
  return tx
    .selectFrom("sessions")
    .selectAll()
    .where((row) => matches(row, scope, filter));
}

/** Adds the sums of their tabs to the sessions that a query gives: to those of one page, not to all that there are. */
export function withSums(tx: Tx<IngestSchema>, page: SessionsQuery) {
  return tx
    .selectFrom(page.as("s"))
    .leftJoinLateral(
      ({ selectFrom }) =>
        selectFrom("tabs")
          .whereRef("tabs.workspace_id", "=", "s.workspace_id")
          .whereRef("tabs.session_id", "=", "s.session_id")
          .select(({ fn, cast }) => [
            cast<number | null>(fn.sum("event_count"), "int8").as("event_count"),
            cast<number | null>(fn.sum("chunk_count"), "int8").as("chunk_count"),
            cast<number | null>(fn.sum("raw_bytes"), "int8").as("raw_bytes"),
            cast<number | null>(fn.sum("stored_bytes"), "int8").as("stored_bytes"),
            cast<number | null>(fn.sum("masked_values"), "int8").as("masked_values"),
            cast<number | null>(fn.sum("dropped_events"), "int8").as("dropped_events"),
            cast<number | null>(fn.sum("cut_events"), "int8").as("cut_events"),
            cast<number | null>(fn.sum("misdated_events"), "int8").as("misdated_events"),
            fn.min("first_event_ms").as("first_event_ms"),
            fn.max("last_event_ms").as("last_event_ms"),
            fn.min("tabs.clock_offset_ms").as("least_offset_ms"),
          ])
          .as("t"),
      (join) => join.onTrue(),
    )
    .select(({ fn }) => [
      "s.session_id",
      "s.user_id",
      "s.device_id",
      "s.display_name",
      "s.state",
      "s.generation",
      "s.create_time",
      "t.event_count",
      "t.chunk_count",
      "t.raw_bytes",
      "t.stored_bytes",
      "t.masked_values",
      "t.dropped_events",
      "t.cut_events",
      "t.misdated_events",
      "t.first_event_ms",
      "t.last_event_ms",
      fn.coalesce("s.clock_offset_ms", "t.least_offset_ms").as("clock_offset_ms"),
      "s.events_expire_time",
    ]);
}

/** One session as its caller sees it. Throws `session_not_found` or, to its owner, `session_deleted`. */
export async function findSession(tx: Tx<IngestSchema>, scope: Scope, sessionId: string): Promise<Session> {
  const found = selectSessions(tx, scope).where("session_id", "=", sessionId);
  const row: SessionRow | undefined = await withSums(tx, found).executeTakeFirst();
  return row === undefined ? refuseUnknown(tx, scope, sessionId) : toSession(row);
}

/** Says why a caller finds no session of this id: throws `session_deleted` to its owner, else `session_not_found`. */
export async function refuseUnknown(tx: Tx<IngestSchema>, scope: Scope, sessionId: string): Promise<never> {
  const { workspaceId, userId } = scope;
  throw refusal((await findTombstone(tx, workspaceId, sessionId, userId)) ? "session_deleted" : "session_not_found");
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
    ...eventTimes(row),
    eventCount: BigInt(row.event_count ?? 0),
    chunkCount: BigInt(row.chunk_count ?? 0),
    rawBytes: BigInt(row.raw_bytes ?? 0),
    storedBytes: BigInt(row.stored_bytes ?? 0),
    maskedValues: BigInt(row.masked_values ?? 0),
    droppedEvents: BigInt(row.dropped_events ?? 0),
    cutEvents: BigInt(row.cut_events ?? 0),
    misdatedEvents: BigInt(row.misdated_events ?? 0),
    ...(row.events_expire_time === null ? {} : { eventsExpireTime: timestampFromDate(row.events_expire_time) }),
  });
}

/** When its events were, by the client's clock and, as far as that is known, by the server's. */
function eventTimes({ first_event_ms: first, last_event_ms: last, clock_offset_ms: offset }: SessionRow) {
  return {
    ...(first === null ? {} : { firstEventTime: toEventTime(first) }),
    ...(last === null ? {} : { lastEventTime: toEventTime(last) }),
    ...(offset === null ? {} : { clockOffsetMs: BigInt(offset) }),
    ...(first === null || offset === null ? {} : { correctedFirstEventTime: toEventTime(first + offset) }),
    ...(last === null || offset === null ? {} : { correctedLastEventTime: toEventTime(last + offset) }),
  };
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
    case "incomplete":
      return SessionState.INCOMPLETE;
  }
}
