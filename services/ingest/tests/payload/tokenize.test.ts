import { describe, test } from "bun:test";
import * as fc from "fast-check";
import { JsonTape } from "../../payload/json/tape.ts";
import { skipSpace } from "../../payload/json/skip-space.ts";
import { tokenize } from "../../payload/json/tokenize.ts";

function accepts(text: string): boolean {
  const bytes = Buffer.from(text);
  const end = tokenize(bytes, 0, new JsonTape(), 0);
  return end >= 0 && skipSpace(bytes, end) === bytes.length;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const SYNTAX = [
  ...'{}[],:"\\ \n\t\r0123456789-+.eEtrufalsn\u0000\u001f\u007fé/b',
  "true",
  "false",
  "null",
  '"a"',
  "\\u00",
  "\\u12aF",
  "\\ud800",
  "1.5e-7",
  "-0",
  "0.1",
  "[]",
  "{}",
  '{"a":1}',
  '"\\"',
  "\ufeff",
  "\u00a0",
  "\u2028",
];

describe("the tokenizer takes exactly what JSON.parse takes", () => {
  test("of texts made of JSON's characters", () => {
    const texts = fc.array(fc.constantFrom(...SYNTAX), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(texts, (text) => accepts(text) === parses(text)),
      { numRuns: 20_000 },
    );
  });

  test("of JSON with some characters changed", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...SYNTAX)), { maxLength: 3 });
    const check = (value: unknown, indent: number, changes: [number, number, string][]) => {
      let text = JSON.stringify(value, undefined, indent);
      for (const [where, length, put] of changes) {
        const at = where % (text.length + 1);
        text = text.slice(0, at) + put + text.slice(at + length);
      }
      const wellFormed = text.toWellFormed();
      return accepts(wellFormed) === parses(wellFormed);
    };
    fc.assert(fc.property(fc.jsonValue(), fc.nat(2), damage, check), { numRuns: 5_000 });
  });

  test("of JSON values", () => {
    const check = (value: unknown) => accepts(JSON.stringify(value));
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: "binary" }), check), { numRuns: 2_000 });
  });
});
