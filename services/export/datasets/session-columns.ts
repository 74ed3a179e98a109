import { type Session, SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { type Column, toText, toTime } from "./column.ts";

const STATES: Readonly<Record<SessionState, string>> = {
  [SessionState.UNSPECIFIED]: "",
  [SessionState.RECORDING]: "recording",
  [SessionState.FINISHING]: "finishing",
  [SessionState.COMPLETE]: "complete",
  [SessionState.INCOMPLETE]: "incomplete",
};

/** The columns of the dataset `sessions`: one row a session. Counts are far below 2^53. */
export const SESSION_COLUMNS: readonly Column<Session>[] = [
  { name: "session_id", kind: "id", meaning: "The session.", value: (row) => row.sessionId },
  { name: "user_id", kind: "id", meaning: "The member who recorded it.", value: (row) => row.userId },
  {
    name: "device_id",
    kind: "id",
    meaning: "The paired device that recorded it; empty for an import.",
    value: (row) => toText(row.deviceId),
  },
  {
    name: "display_name",
    kind: "text",
    meaning: "What the client called it.",
    value: (row) => toText(row.displayName),
  },
  {
    name: "state",
    kind: "word",
    meaning: "`recording`, `finishing` (stated chunks are missing), `complete` or `incomplete` (given up).",
    value: (row) => toText(STATES[row.state]),
  },
  {
    name: "generation",
    kind: "number",
    meaning: "Counts up each time a completed session gets more chunks; starts at 1.",
    value: (row) => row.generation,
  },
  {
    name: "create_time",
    kind: "time",
    meaning: "When the server first heard of it.",
    value: (row) => toTime(row.createTime),
  },
  {
    name: "first_event_time",
    kind: "time",
    meaning: "Time of the earliest event by the client's clock; empty while there is none.",
    value: (row) => toTime(row.firstEventTime),
  },
  {
    name: "last_event_time",
    kind: "time",
    meaning: "Time of the latest event by the client's clock; empty while there is none.",
    value: (row) => toTime(row.lastEventTime),
  },
  { name: "event_count", kind: "number", meaning: "rrweb events stored.", value: (row) => Number(row.eventCount) },
  { name: "chunk_count", kind: "number", meaning: "Chunks stored.", value: (row) => Number(row.chunkCount) },
  {
    name: "raw_bytes",
    kind: "number",
    meaning: "Bytes of JSON as the client sent them, before compression.",
    value: (row) => Number(row.rawBytes),
  },
  {
    name: "stored_bytes",
    kind: "number",
    meaning: "Bytes at rest, compressed and encrypted.",
    value: (row) => Number(row.storedBytes),
  },
  {
    name: "masked_values",
    kind: "number",
    meaning: "Values that the server masked on the way in.",
    value: (row) => Number(row.maskedValues),
  },
  {
    name: "dropped_events",
    kind: "number",
    meaning: "Events that the recorder said it had to drop.",
    value: (row) => Number(row.droppedEvents),
  },
  {
    name: "cut_events",
    kind: "number",
    meaning: "Events that the server cut out, because their page is never recorded.",
    value: (row) => Number(row.cutEvents),
  },
  {
    name: "misdated_events",
    kind: "number",
    meaning: "Events that are dated years off; they are kept.",
    value: (row) => Number(row.misdatedEvents),
  },
  {
    name: "clock_offset_ms",
    kind: "number",
    meaning: "How far the client's clock is behind the server's; empty where it did not say.",
    value: (row) => (row.clockOffsetMs === undefined ? null : Number(row.clockOffsetMs)),
  },
  {
    name: "events_expire_time",
    kind: "time",
    meaning: "When retention removed the events; empty while they can be read.",
    value: (row) => toTime(row.eventsExpireTime),
  },
];
