import type { Column } from "../datasets/column.ts";
import type { StoredFormat } from "../db/schema.ts";
import { csvRows } from "./csv-rows.ts";
import { ndjsonRows } from "./ndjson-rows.ts";

/** Turns rows into the bytes of a file. */
export interface RowWriter<Row> {
  /** What the file begins with. */
  readonly head: Uint8Array;
  write(rows: readonly Row[]): Uint8Array;
}

/** The writer of a format. */
export function rowWriter<Row>(format: StoredFormat, columns: readonly Column<Row>[]): RowWriter<Row> {
  return format === "csv" ? csvRows(columns) : ndjsonRows(columns);
}
