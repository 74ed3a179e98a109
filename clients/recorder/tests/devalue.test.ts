import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { MAX_ENTRIES, reviveDevalue } from "../dom/devalue.ts";

/** Writes JSON data the way devalue does: every value an entry, members and elements as indices. */
function flatten(value: fc.JsonValue, entries: unknown[] = []): unknown[] {
  const index = entries.push(null) - 1;
  const add = (part: fc.JsonValue) => {
    const at = entries.length;
    flatten(part, entries);
    return at;
  };
  if (Array.isArray(value)) entries[index] = value.map(add);
  else if (value !== null && typeof value === "object") {
    entries[index] = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, add(part ?? null)]));
  } else entries[index] = value;
  return entries;
}

describe("a revived payload", () => {
  test("is what was written, for any JSON data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const expected: unknown = JSON.parse(JSON.stringify(value));
        const revived = reviveDevalue(JSON.stringify(flatten(value)));
        expect(JSON.stringify(revived)).toBe(JSON.stringify(expected));
      }),
    );
  });

  test("never throws on JSON that is no payload, or a broken one", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        reviveDevalue(JSON.stringify(value));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.array(fc.integer({ min: -9, max: 9 })), fc.string(), fc.integer())), (value) => {
        reviveDevalue(JSON.stringify(value));
      }),
    );
  });

  test("knows wrappers, dates, sets, maps and what JSON cannot say", () => {
    const text = JSON.stringify([
      ["ShallowReactive", 1],
      { at: 2, set: 3, map: 4, gone: -1, none: -3, empty: 6, odd: 7, bare: 8 },
      ["Date", "2026-03-02T09:00:00.000Z"],
      ["Set", 5, 5],
      ["Map", 5, 5],
      "a",
      ["EmptyRef", "[1]"],
      ["Unheard", 5],
      ["null", "k", 5],
    ]);
    expect(reviveDevalue(text)).toEqual({
      at: new Date("2026-03-02T09:00:00.000Z"),
      set: ["a", "a"],
      map: { a: "a" },
      gone: undefined,
      none: Number.NaN,
      empty: [1],
      odd: undefined,
      bare: { k: "a" },
    });
  });

  test("is bounded: nothing of a payload with too many entries, an end to wrappers in a circle", () => {
    expect(reviveDevalue(`[${"1,".repeat(MAX_ENTRIES)}1]`)).toBeUndefined();
    expect(reviveDevalue('[["Ref",0]]')).toBeUndefined();
  });
});
