import { type Duration, durationMs, type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** A length of time as people say it: `1 h 20 min`, `3 min 05 s`, `12 s`. */
export function formatDuration(duration: Duration | undefined): string {
  const ms = duration === undefined ? 0 : Math.round(durationMs(duration) / SECOND_MS) * SECOND_MS;
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const seconds = Math.floor((ms % MINUTE_MS) / SECOND_MS);
  if (hours > 0) return `${hours} h ${pad(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${pad(seconds)} s` : `${seconds} s`;
}

/** A wait, rounded up: `3 s`, `2 min`. */
export function formatDelay(ms: number): string {
  return ms < MINUTE_MS ? `${Math.ceil(ms / SECOND_MS)} s` : `${Math.ceil(ms / MINUTE_MS)} min`;
}

/** An instant in UTC to the minute: `2026-11-22 13:18 UTC`; `-` where there is none. */
export function formatTime(time: Timestamp | undefined): string {
  return time === undefined ? "-" : `${timestampDate(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A count with its thousands apart: `12,345`. */
export function formatCount(count: number | bigint): string {
  return count.toLocaleString("en-US");
}

/** A size: `812 B`, `3.4 KB`, `12.0 MB`. */
export function formatBytes(bytes: number | bigint): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
