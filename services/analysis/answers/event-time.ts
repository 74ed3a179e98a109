import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";

/** The years that a protobuf timestamp can say, 1 to 9999, in milliseconds since 1970. */
const LEAST_TIMESTAMP_MS = -62_135_596_800_000;
const MOST_TIMESTAMP_MS = 253_402_300_799_999;

/** A time by the client's clock, which may be anything; what a timestamp cannot say becomes the nearest. */
export function eventTime(ms: number): Timestamp {
  return timestampFromMs(Math.min(MOST_TIMESTAMP_MS, Math.max(LEAST_TIMESTAMP_MS, ms)));
}
