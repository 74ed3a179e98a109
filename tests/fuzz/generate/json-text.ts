import * as fc from "fast-check";

/** Values that JSON has and programs stumble over. */
const VALUES = [
  "0",
  "-0",
  "1e400",
  "-1e400",
  "1E+2",
  "1e-400",
  "9007199254740993",
  "123456789012345678901234567890",
  "0.1",
  "true",
  "false",
  "null",
];
/** What looks like a value and is none. */
const NO_VALUES = [
  ..."01 .5 1. +1 0x10 NaN Infinity -Infinity 1e --1 - 1_000 nul True undefined '' /**/1".split(" "),
  "",
];
/** Texts between quotes, as they are written in JSON. */
const STRINGS = [
  "",
  "a",
  "\\ud800",
  "\\udc00\\ud800",
  "\\ud83d\\ude00",
  "\\u0000",
  "\\u0061",
  "\u2028",
  "\u{1f600}",
  "\ufeff",
  "4111 1111 1111 1111",
  "ada@example.com",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
  "Bearer abcdefghijklmnopqrstuvwxyz012345",
  "https://www.upwork.com/nx/search/jobs/?q=a&token=b",
  "%00%zz%ff",
];
/** The same, but nothing that JSON has. */
const NO_STRINGS = ["\\x41", "\\", "\\u12", "\\u{41}", "\u0000", "\n"];
const KEYS = [
  "a",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "type",
  "data",
  "timestamp",
  "node",
  "attributes",
  "value",
  "text",
  "href",
  "password",
  "childNodes",
  "source",
  "payload",
  "tag",
  "@type",
  "0",
];

/** Mostly of the first kind: one value that is none makes all of a text none. */
const mostly = (good: readonly string[], bad: readonly string[]) =>
  fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: fc.constantFrom(...bad) });
const anyText = fc.string({ unit: "binary", maxLength: 40 }).map((text) => JSON.stringify(text).slice(1, -1));
const text = fc.oneof({ weight: 4, arbitrary: mostly(STRINGS, NO_STRINGS) }, { weight: 1, arbitrary: anyText });
const quoted = text.map((value) => `"${value}"`);
const key = fc
  .oneof({ weight: 3, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: text })
  .map((value) => `"${value}"`);
const space = mostly(["", "", " ", "\n\t"], ["\u00a0", "\ufeff"]);

/** Values in JSON, or nearly: odd numbers, half characters, names of JavaScript's own, the same key twice, any depth. */
export const oddJson: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    mostly(VALUES, NO_VALUES),
    quoted,
    fc.tuple(space, fc.array(tie("value"), { maxLength: 4 })).map(([gap, all]) => `[${gap}${all.join(`,${gap}`)}]`),
    fc
      .tuple(space, fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }))
      .map(([gap, all]) => `{${all.map(([name, value]) => `${name}:${gap}${value}`).join(",")}}`),
    fc
      .tuple(fc.constantFrom(..."[{"), fc.oneof(fc.nat({ max: 60 }), fc.constantFrom(1_990, 2_001)), tie("value"))
      .map(([bracket, depth, value]) => nested(bracket, depth, value)),
  ),
})).value;

/** A value within so many arrays or objects. */
export function nested(bracket: string, depth: number, value: string): string {
  return bracket === "["
    ? `${"[".repeat(depth)}${value}${"]".repeat(depth)}`
    : `${'{"a":'.repeat(depth)}${value || "0"}${"}".repeat(depth)}`;
}
