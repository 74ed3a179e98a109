import { timestampDate, type Duration, type Timestamp } from "@bufbuild/protobuf/wkt";

/** What a field holds: text, a number, or nothing. */
export type Cell = string | number | null;

/** One column of a dataset, and field of the same name in NDJSON. */
export interface Column<Row> {
  /** snake_case, with the unit at the end where there is one. Never renamed once released. */
  readonly name: string;
  /**
   * `text` may have been written by anyone; `id` and `word` are made by Gigtrail; `time` is RFC 3339 in UTC with
   * milliseconds; `number` is decimal. A spreadsheet could take only `text` for a formula.
   */
  readonly kind: "text" | "id" | "word" | "time" | "number";
  /** For people: docs/exports.md is printed from it. */
  readonly meaning: string;
  /** The field's value; null (in CSV an empty field) where there is none. */
  readonly value: (row: Row) => Cell;
}

/** An instant as RFC 3339 in UTC with milliseconds. */
export function toTime(timestamp: Timestamp | undefined): string | null {
  return timestamp === undefined ? null : timestampDate(timestamp).toISOString();
}

/** A duration in seconds, as the number nearest to its decimal notation. */
export function toSeconds(duration: Duration | undefined): number | null {
  if (duration === undefined) return null;
  return Number(`${duration.seconds}.${String(duration.nanos).padStart(9, "0")}`);
}

/** Text that may be missing: the contract says nothing by an empty string. */
export function toText(text: string): string | null {
  return text === "" ? null : text;
}
