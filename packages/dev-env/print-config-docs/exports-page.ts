import type { Column } from "@gigtrail/export/datasets/column";
import { EVENT_COLUMNS } from "@gigtrail/export/datasets/event-columns";
import { SESSION_COLUMNS } from "@gigtrail/export/datasets/session-columns";
import { VISIT_COLUMNS } from "@gigtrail/export/datasets/visit-columns";
import { code, page, table } from "./markdown.ts";

/** docs/exports.md: the columns of each dataset. */
export function exportsPage(): string {
  return page(
    "# Exports",
    "Each dataset is offered as CSV (RFC 4180, UTF-8, a header line) and as NDJSON (a JSON object a line, fields named\n" +
      "as the columns). New columns are added at the end; none is renamed or moved.",
    "`id` and `word` are made by Gigtrail; `time` is RFC 3339 in UTC with milliseconds; `number` is decimal; `text` may\n" +
      "have been written by anyone. A missing value is an empty field in CSV and `null` in NDJSON.",
    "In CSV, `text` that a spreadsheet would take for a formula has an apostrophe in front. To have the text back, remove\n" +
      "one apostrophe from every `text` field that begins with one and that the rule would give one to: after any\n" +
      "apostrophes comes a tab, a carriage return or a line feed, or, after any white space, control or format\n" +
      "characters, one of `=` `+` `-` `@` or its full-width form. NDJSON is never changed.",
    "## sessions",
    columns(SESSION_COLUMNS),
    "## visits",
    columns(VISIT_COLUMNS),
    "## events",
    "In CSV the event is its JSON text in one field.",
    table(
      ["column", "kind", "meaning"],
      EVENT_COLUMNS.map((column) => {
        const name = "csvName" in column ? `${code(column.name)} (CSV: ${code(column.csvName)})` : code(column.name);
        return [name, column.kind, column.meaning];
      }),
    ),
  );
}

function columns<Row>(all: readonly Column<Row>[]): string {
  return table(
    ["column", "kind", "meaning"],
    all.map(({ name, kind, meaning }) => [code(name), kind, meaning]),
  );
}
