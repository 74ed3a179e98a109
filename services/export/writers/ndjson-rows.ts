import type { Column } from "../datasets/column.ts";
import type { RowWriter } from "./row-writer.ts";

/** Writes newline-delimited JSON: one object a row, its fields in the order of the columns, null where empty. */
export function ndjsonRows<Row>(columns: readonly Column<Row>[]): RowWriter<Row> {
  return {
    head: new Uint8Array(),
    write: (rows) => Buffer.from(rows.map((row) => toLine(columns, row)).join("")),
  };
}

function toLine<Row>(columns: readonly Column<Row>[], row: Row): string {
  return `${JSON.stringify(Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])))}\n`;
}
