import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { codeOfKey } from "../../payload/json/key-codes.ts";
import { JsonText } from "../../payload/json/json-text.ts";
import { JsonTape, TOKEN } from "../../payload/json/tape.ts";
import { tokenize } from "../../payload/json/tokenize.ts";
import { TokenHints } from "../../scrub/token-hint.ts";
import type { Json } from "./support/chunk.ts";

/** Reads a text that lies in the middle of a larger buffer, as chunks in a pool do. */
function tokensOf(json: string, before: number, behind: string): JsonText {
  const whole = Buffer.from(`${" ".repeat(before)}${json}${behind}`);
  const bytes = whole.subarray(before);
  const tape = new JsonTape();
  expect(tokenize(bytes, 0, tape, 0)).toBe(bytes.length - behind.length);
  return new JsonText(bytes, tape);
}

/** The value that the tokens tell; of equal keys the last holds, as for JSON.parse. */
function valueAt(text: JsonText, at: number): Json {
  switch (text.tape.kind(at)) {
    case TOKEN.OBJECT:
      return objectAt(text, at);
    case TOKEN.ARRAY:
      return text.items(at).map((item) => valueAt(text, item));
    case TOKEN.STRING:
      return text.string(at) ?? null;
    case TOKEN.NUMBER:
      return text.number(at) ?? null;
    default:
      return JSON.parse(text.bytes.toString("latin1", text.tape.start(at), text.tape.end(at))) as Json;
  }
}

function objectAt(text: JsonText, at: number): Json {
  const { tape } = text;
  const object: { [key: string]: Json } = Object.create(null);
  for (let key = at + 1; key < tape.end(at); key = tape.after(key + 1)) {
    const name = text.string(key) ?? "";
    expect(tape.end(key)).toBe(codeOfKey(name));
    object[name] = valueAt(text, key + 1);
  }
  return object;
}

// Names that begin or end alike, are as long as a word or one letter off, some known and some secret.
const KEYS = [
  ..."id i name names nam type types typ data date tags tag tagName tagname value values text texts textContent".split(
    " ",
  ),
  ..."attributes attribute childNodes password passwords csrf-token access_token x-csrf-token requestHeaders".split(
    " ",
  ),
  ..."é timestamp sessionId data-initial-value data-v-0a1b2c3d headers headerss".split(" "),
  "",
  "a".repeat(16),
  "a".repeat(17),
];
const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 20, unit: "binary" }));
const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme-ascii", minLength: 10, maxLength: 100 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom<Json>(true, false, null, 999_999_999_999_999, 1e21, 1e-7, "", "eyJ", "a bearer"),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 6 }).map((members) => Object.fromEntries(members)),
  ),
}));

/** As another encoder may write it. */
function spelt(sent: Json, way: number): string {
  const json = JSON.stringify(sent, undefined, way === 1 ? "\t" : "").toWellFormed();
  return way === 2 ? json.replaceAll("o", "\\u006f") : json;
}

test("the tokens say what JSON.parse says, wherever the text lies", () => {
  const check = (sent: Json, way: number, before: number, behind: number) => {
    const json = spelt(sent, way);
    const text = tokensOf(json, before, " ".repeat(behind));
    expect(JSON.stringify(valueAt(text, 0))).toBe(JSON.stringify(JSON.parse(json)));
  };
  fc.assert(fc.property(value, fc.nat(2), fc.nat(9), fc.nat(20), check), { numRuns: 6_000 });
});

test("a key is what its bytes say, however many others were read before", () => {
  const check = (many: readonly string[]) => {
    const names = [...many, ...KEYS];
    const text = tokensOf(JSON.stringify(names.map((name) => ({ [name]: 1 }))), 0, " ".repeat(16));
    names.forEach((name, i) => expect(text.tape.end(2 + i * 3)).toBe(codeOfKey(name)));
  };
  const name = fc.string({ unit: fc.constantFrom(..."abcdepstwx_-"), maxLength: 18 });
  fc.assert(fc.property(fc.array(name, { minLength: 2_000, maxLength: 4_000 }), check), { numRuns: 20 });
});

test("a hint of a token is found in the string that holds it, and in no other", () => {
  const part = fc.constantFrom(
    "eyJ",
    "eyj",
    "oauth2v2_",
    "oauth2v2",
    "Bearer",
    "BEARER",
    "earer",
    "ey",
    "J",
    " ",
    "x".repeat(50),
  );
  const strings = fc.array(
    fc.array(part, { maxLength: 4 }).map((parts) => parts.join("")),
    { maxLength: 20 },
  );
  const check = (texts: readonly string[]) => {
    const bytes = Buffer.from(JSON.stringify(texts));
    const hints = new TokenHints(bytes);
    let start = 1;
    for (const one of texts) {
      const end = start + one.length + 2;
      expect(hints.within(start, end)).toBe(/eyJ|oauth2v2_|earer|EARER/.test(one));
      start = end + 1;
    }
  };
  fc.assert(fc.property(strings, check), { numRuns: 2_000 });
});
