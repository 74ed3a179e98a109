import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Cell, Column } from "../datasets/column.ts";
import { csvRows } from "../writers/csv-rows.ts";
import { EventWriter } from "../writers/event-writer.ts";
import { ndjsonRows } from "../writers/ndjson-rows.ts";
import { parseCsv, parseTable } from "./support/csv.ts";

type Row = { id: string; text: Cell; count: Cell };
const COLUMNS: readonly Column<Row>[] = [
  { name: "id", kind: "id", meaning: "", value: (row) => row.id },
  { name: "text", kind: "text", meaning: "", value: (row) => row.text },
  { name: "count", kind: "number", meaning: "", value: (row) => row.count },
];
/** Any UTF-16, lone surrogates too, with plenty of what CSV and JSON treat specially. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('"', ",", "\r", "\n", "\r\n", ";", "'", "=", "\\", "🎉", "\ud800", "\udc00"),
      fc.string({ unit: "binary" }),
    ),
  )
  .map((parts) => parts.join(""));
const anyRow = fc.record({
  id: fc.uuid(),
  text: fc.option(anyText),
  count: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
});

describe("CSV", () => {
  test("every row parses back", () => {
    const writer = csvRows(COLUMNS);
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), (rows) => {
        const text = Buffer.concat([writer.head, writer.write(rows)]).toString();
        const back = parseTable(text);
        expect(back.length).toBe(rows.length);
        for (const [index, { id, text: original, count }] of rows.entries()) {
          const cell = back[index]?.["text"] ?? "";
          const wanted = String(original ?? "").toWellFormed();
          expect([wanted, `'${wanted}`]).toContain(cell);
          expect(back[index]?.["id"]).toBe(id);
          expect(back[index]?.["count"]).toBe(count === null ? "" : String(count));
        }
      }),
    );
  });

  test("a negative number of ours stays a number", () => {
    const text = Buffer.from(csvRows(COLUMNS).write([{ id: "x", text: "-5", count: -5 }])).toString();
    expect(parseCsv(text)).toEqual([["x", "'-5", "-5"]]);
  });

  test("a page without rows is no row", () => {
    expect(csvRows(COLUMNS).write([]).length).toBe(0);
  });
});

describe("NDJSON", () => {
  test("every row parses back, lone surrogates included", () => {
    const writer = ndjsonRows(COLUMNS);
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 5 }), (rows) => {
        const lines = Buffer.from(writer.write(rows)).toString().split("\n");
        expect(lines.pop()).toBe("");
        expect(lines.map((line) => JSON.parse(line))).toEqual(
          rows.map((row) => ({ ...row, count: row.count === null ? null : row.count + 0 })),
        );
      }),
    );
  });
});

describe("EventWriter", () => {
  const anyEvent = fc
    .dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ stringUnit: "grapheme" }))
    .map((value) => Buffer.from(JSON.stringify(value)));
  const anyCuts = fc.array(fc.nat({ max: 2_000 }), { maxLength: 8 });

  function write(format: "csv" | "ndjson", events: readonly Buffer[], cuts: readonly number[]) {
    const writer = new EventWriter(format);
    const lines = Buffer.concat(events.flatMap((event) => [event, Buffer.from("\n")]));
    const places = [...new Set([0, ...cuts.filter((at) => at < lines.length), lines.length])].sort((a, b) => a - b);
    let rows = 0;
    const parts = [writer.head];
    for (const [index, start] of places.slice(0, -1).entries()) {
      const data = lines.subarray(start, places[index + 1]);
      const written = writer.write("session", { tabId: "tab", seq: 7, data, endsLine: data.at(-1) === 10 });
      parts.push(written.bytes);
      rows += written.rows;
    }
    expect(writer.atLineStart).toBe(true);
    return { text: Buffer.concat(parts).toString(), rows };
  }

  test("events come out byte for byte, however they were cut, as NDJSON", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 6 }), anyCuts, (events, cuts) => {
        const { text, rows } = write("ndjson", events, cuts);
        expect(rows).toBe(events.length);
        expect(text).toBe(
          events.map((event) => `{"session_id":"session","tab_id":"tab","seq":7,"event":${event}}\n`).join(""),
        );
      }),
    );
  });

  test("and as one field of CSV", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 6 }), anyCuts, (events, cuts) => {
        const { text, rows } = write("csv", events, cuts);
        expect(rows).toBe(events.length);
        expect(parseCsv(text)).toEqual([
          ["session_id", "tab_id", "seq", "event_json"],
          ...events.map((event) => ["session", "tab", "7", event.toString()]),
        ]);
      }),
    );
  });
});
