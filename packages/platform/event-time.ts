import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";

/** First millisecond of the year 1, since 1970: the earliest that a protobuf timestamp can say. */
export const MIN_EVENT_TIME_MS = -62_135_596_800_000;
/** Last millisecond of the year 9999, since 1970: the latest that a protobuf timestamp can say. */
export const MAX_EVENT_TIME_MS = 253_402_300_799_999;

/** A time by a client's clock, which may be anything, as the contract says it: the nearest that it can say. */
export function toEventTime(ms: number): Timestamp {
  return timestampFromMs(withinBounds(ms));
}

/** A caller's timestamp, which may hold any numbers, as a date that PostgreSQL can store: the nearest there is. */
export function toStorableDate({ seconds, nanos }: Timestamp): Date {
  return new Date(withinBounds(Number(seconds) * 1_000 + Math.floor(nanos / 1e6)));
}

function withinBounds(ms: number): number {
  return Math.min(MAX_EVENT_TIME_MS, Math.max(MIN_EVENT_TIME_MS, ms));
}
