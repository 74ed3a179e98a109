import type { Options } from "csv-stringify/sync";
import { stringify } from "csv-stringify/sync";
import type { Column } from "../datasets/column.ts";
import { escapeFormula } from "./escape-formula.ts";
import type { RowWriter } from "./row-writer.ts";

/** RFC 4180. A lone CR or LF within a field must be quoted too: many readers end a row there. */
const OPTIONS: Options = { record_delimiter: "\r\n", quote_record_delimiter: true };

/** The header line of a CSV file. */
export function csvHeader(names: readonly string[]): Uint8Array {
  return Buffer.from(stringify([[...names]], OPTIONS));
}

/** Writes CSV in UTF-8 (a lone surrogate, which UTF-8 cannot say, becomes U+FFFD). */
export function csvRows<Row>(columns: readonly Column<Row>[]): RowWriter<Row> {
  return {
    head: csvHeader(columns.map(({ name }) => name)),
    write: (rows) =>
      Buffer.from(
        stringify(
          rows.map((row) => toFields(columns, row)),
          OPTIONS,
        ),
      ),
  };
}

function toFields<Row>(columns: readonly Column<Row>[], row: Row): string[] {
  return columns.map(({ kind, value }) => {
    const cell = value(row);
    if (cell === null) return "";
    return kind === "text" ? escapeFormula(String(cell)) : String(cell);
  });
}
