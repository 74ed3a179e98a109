import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { MASK } from "../../scrub/mask.ts";
import { type Json, chunkOf, chunkOfText, linesOf, sealed } from "../payload/support/chunk.ts";

const parse = (line: string): Json => JSON.parse(line) as Json;

// What must not survive, and texts that hold it.
const SECRETS = [
  { core: "eyJzdWIiOiJTM0NSRVQifQ", text: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTM0NSRVQifQ.c2lnbmF0dXJl" },
  { core: "0f1e2d3c4b5a", text: "oauth2v2_int_0f1e2d3c4b5a" },
  { core: "s3cr3tb34r3r", text: "Authorization: Bearer s3cr3tb34r3r" },
  { core: "4111111111111111", text: "4111111111111111" },
  { core: "5555-5555-5555-4444", text: "5555-5555-5555-4444" },
  { core: "jane.roe@example", text: "jane.roe@example.com" },
  { core: "S3CR3TTOKEN", text: "https://www.upwork.com/x?a=1&securityToken=S3CR3TTOKEN&userUid=S3CR3TTOKEN" },
  { core: "S3CR3TCOOKIE", text: "XSRF-TOKEN=S3CR3TCOOKIE; master_access_token=S3CR3TCOOKIE" },
  { core: "S3CR3THTML", text: "<p><input name=a value='S3CR3THTML' type=hidden></p>" },
  { core: "S3CR3TPASS", text: "https://ann:S3CR3TPASS@localhost/x" },
  { core: "203.0.113.7", text: "203.0.113.7.1700000000000000" },
  { core: "S3CR3TJSON", text: '{"a":{"csrfToken":"S3CR3TJSON"},"password":["S3CR3TJSON"]}' },
] as const;

const secret = fc.constantFrom(...SECRETS);

/** How a secret may stand in a string: alone, among words, in JSON in strings. JSON must stand alone to be JSON. */
const planted = fc
  .tuple(secret, fc.constantFrom("", "see ", "é\ud83d\ude00 "), fc.nat(3))
  .map(([{ core, text }, before, levels]) => {
    let value = text.startsWith("{") ? text : before + text;
    for (let level = 0; level < levels; level++) value = JSON.stringify(level % 2 === 0 ? { note: value } : [1, value]);
    return { core, value };
  });

// A random number of 13 digits or more may well be a card's.
const plain: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 3, stringUnit: "binary" })
  .map((value) =>
    parse(JSON.stringify(value, (_, item: Json) => (typeof item === "number" && Math.abs(item) > 1e12 ? 0 : item))),
  );

interface Planted {
  readonly core: string;
  readonly sent: Json;
}

/** A value with the secret in one place of it. */
const nest = (inner: Planted, shape: number, beside: Json): Planted => {
  const { core, sent } = inner;
  const shapes: Json[] = [
    [sent],
    [beside, sent, beside],
    { x: sent },
    { a: beside, x: sent, b: beside },
    { x: [[sent]] },
  ];
  return { core, sent: shapes[shape % shapes.length] ?? sent };
};

const asKey = (core: string, value: string, beside: Json): Planted => ({ core, sent: { [value]: beside } });

const tree = fc
  .tuple(planted, fc.array(fc.tuple(fc.nat(4), plain), { maxLength: 5 }), fc.boolean(), plain)
  .map(([{ core, value }, shapes, isKey, beside]) => {
    const first: Planted =
      isKey && !value.startsWith("{") && !value.startsWith("[") ? asKey(core, value, beside) : { core, sent: value };
    return shapes.reduce((inner, [shape, other]) => nest(inner, shape, other), first);
  });

// Types 0, 2, 3 and 6, and custom events; data of a shape that no rule of structure knows.
const eventOf = (type: number, sent: Json): { [key: string]: Json } => ({ type, data: { x: sent }, timestamp: 1 });
const type = fc.constantFrom(0, 1, 2, 3, 5, 6);

/** Spells some characters of JSON strings with escapes, as any encoder may. */
function respelt(json: string, every: number): string {
  let count = 0;
  return json.replaceAll(/"(?:[^"\\]|\\.)*"/g, (string) =>
    string.replaceAll(/\\u[0-9a-f]{4}|\\.|[a-zA-Z0-9@.:=_-]/g, (char) => {
      if (char.startsWith("\\") || (count += 1) % every !== 0) return char;
      return `\\u00${char.charCodeAt(0).toString(16)}`;
    }),
  );
}

/** Whether the text stands anywhere in the value, JSON in strings read too. */
function holds(value: Json, text: string): boolean {
  if (typeof value === "string") return value.includes(text) || holdsInJson(value, text);
  if (typeof value === "number") return String(value).includes(text);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) => holds(key, text) || holds(item, text));
}

function holdsInJson(value: string, text: string): boolean {
  try {
    const inner = JSON.parse(value) as Json;
    return inner !== value && holds(inner, text);
  } catch {
    return false;
  }
}

/** Whether two values differ only where the stored one has a mask. */
function isMaskedCopy(sent: Json, kept: Json): boolean {
  if (typeof kept === "string" && kept.includes(MASK)) return typeof sent === "string" || typeof sent === "number";
  if (typeof sent !== "object" || typeof kept !== "object" || sent === null || kept === null)
    return Object.is(sent, kept);
  const left = Object.entries(sent);
  const right = Object.entries(kept);
  if (left.length !== right.length) return false;
  return left.every(([key, value], i) => {
    const [keptKey, keptValue] = right[i] ?? ["", null];
    return (key === keptKey || keptKey.includes(MASK)) && isMaskedCopy(value, keptValue);
  });
}

/** Each of these reads thousands of chunks, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;

describe("for events of any shape", () => {
  test(
    "what holds no secret is stored as it was sent, byte for byte",
    () => {
      const check = (values: Json[], types: number[], indent: number) => {
        const events = values.map((value, i) => eventOf(types[i] ?? 3, value));
        const texts = events.map((one) => JSON.stringify(one, undefined, indent));
        const decoded = decodeChunk(chunkOfText(`[${texts.join(",")}]`, events.length));
        expect(decoded.maskedValues).toBe(0);
        expect(linesOf(decoded)).toEqual(texts.map((text) => text.replaceAll("\n", " ")));
        expect(linesOf(decoded).map(parse)).toEqual(texts.map(parse));
      };
      const lists = fc.array(plain, { minLength: 1, maxLength: 8 });
      fc.assert(fc.property(lists, fc.array(type, { minLength: 8, maxLength: 8 }), fc.nat(2), check), {
        numRuns: 1_500,
      });
    },
    TIMEOUT_MS,
  );

  test(
    "no planted secret survives, and everything else does",
    () => {
      const check = (kind: number, { core, sent }: Planted, beside: Json) => {
        const events = [eventOf(kind, sent), eventOf(3, beside)];
        const decoded = decodeChunk(chunkOf(events, Codec.IDENTITY));
        const kept = linesOf(decoded).map(parse);
        expect(linesOf(decoded).join()).not.toContain(core);
        expect(kept.some((one) => holds(one, core))).toBe(false);
        expect(isMaskedCopy(parse(JSON.stringify(events)), kept)).toBe(true);
        expect(decoded.maskedValues).toBeGreaterThan(0);
      };
      fc.assert(fc.property(type, tree, plain, check), { numRuns: 3_000 });
    },
    TIMEOUT_MS,
  );

  test(
    "nor does one that is spelt with escapes",
    () => {
      const check = (kind: number, { core, sent }: Planted, every: number) => {
        const text = respelt(JSON.stringify([eventOf(kind, sent)]), every);
        const kept = linesOf(decodeChunk(chunkOfText(text))).map(parse);
        expect(kept.some((one) => holds(one, core))).toBe(false);
      };
      fc.assert(fc.property(type, tree, fc.integer({ min: 1, max: 4 }), check), { numRuns: 3_000 });
    },
    TIMEOUT_MS,
  );

  test(
    "how events are cut into chunks changes nothing",
    () => {
      const check = (trees: Planted[]) => {
        const events = trees.map(({ sent }) => eventOf(5, sent));
        const together = linesOf(decodeChunk(chunkOf(events)));
        expect(together).toEqual(events.flatMap((one) => linesOf(decodeChunk(chunkOf([one])))));
      };
      fc.assert(fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), check), { numRuns: 500 });
    },
    TIMEOUT_MS,
  );

  test(
    "what is stored, uploaded again, is stored as it is",
    () => {
      const check = (kind: number, { sent }: Planted) => {
        const once = linesOf(decodeChunk(chunkOf([eventOf(kind, sent)])));
        const again = decodeChunk(sealed(Codec.GZIP, Buffer.from(`[${once.join(",")}]`), 1));
        expect(linesOf(again)).toEqual(once);
        expect(again.maskedValues).toBe(0);
      };
      fc.assert(fc.property(type, tree, check), { numRuns: 1_500 });
    },
    TIMEOUT_MS,
  );
});
