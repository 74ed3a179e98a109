import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { MAX_EVENT_TIME_MS, MIN_EVENT_TIME_MS } from "../payload/limits.ts";

/** A caller's timestamp, which may hold any numbers, as a date that PostgreSQL can store: the nearest there is. */
export function toStorableDate({ seconds, nanos }: Timestamp): Date {
  return new Date(withinBounds(Number(seconds) * 1_000 + Math.floor(nanos / 1e6)));
}

/** An event's time, in milliseconds since 1970, as the contract's message. */
export function toEventTime(ms: number): Timestamp {
  return timestampFromMs(withinBounds(ms));
}

/** The years 1 to 9999. */
function withinBounds(ms: number): number {
  return Math.min(MAX_EVENT_TIME_MS, Math.max(MIN_EVENT_TIME_MS, ms));
}
