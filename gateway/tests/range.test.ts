import { describe, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import * as fc from "fast-check";
import { parseRange } from "../http/range.ts";

const SIZE = { min: 0, max: 2 ** 40 };

function attempt(header: string | null, size: number) {
  try {
    return parseRange(header, size);
  } catch (error) {
    return reasonOf(error);
  }
}

describe("a Range header", () => {
  test("gives bytes that the file has, or is left out of account, or cannot be satisfied", () => {
    const part = fc.oneof(fc.nat({ max: 2_000 }).map(String), fc.constant(""), fc.string({ maxLength: 4 }));
    const header = fc
      .tuple(fc.constantFrom("bytes=", "bytes =", "Bytes=", "lines=", ""), part, part)
      .map(([unit, a, b]) => `${unit}${a}-${b}`);
    fc.assert(
      fc.property(fc.oneof(header, fc.string()), fc.nat({ max: 1_500 }), (text, size) => {
        const range = attempt(text, size);
        if (range === undefined || range === "range_not_satisfiable") return;
        if (typeof range === "string") throw new Error(range);
        expect(range.first).toBeGreaterThanOrEqual(0);
        expect(range.last).toBeGreaterThanOrEqual(range.first);
        expect(range.last).toBeLessThan(size);
      }),
      { numRuns: 2_000 },
    );
  });

  test("means what RFC 9110 says of it", () => {
    fc.assert(
      fc.property(fc.integer(SIZE), fc.integer(SIZE), fc.integer(SIZE), (size, a, b) => {
        const [first, last] = a <= b ? [a, b] : [b, a];
        const beyond = first >= size ? "range_not_satisfiable" : undefined;
        expect(attempt(`bytes=${first}-${last}`, size)).toEqual(beyond ?? { first, last: Math.min(last, size - 1) });
        expect(attempt(`bytes=${first}-`, size)).toEqual(beyond ?? { first, last: size - 1 });
        const suffix = last === 0 || size === 0 ? "range_not_satisfiable" : undefined;
        expect(attempt(`bytes=-${last}`, size)).toEqual(suffix ?? { first: Math.max(0, size - last), last: size - 1 });
        if (first < last && last < size) expect(attempt(`bytes=${last}-${first}`, size)).toBeUndefined();
      }),
    );
  });

  test("that is absent, of several ranges or unreadable means the whole file", () => {
    for (const text of [
      null,
      "",
      "bytes=",
      "bytes=-",
      "bytes=0-1,3-4",
      "bytes=1-2-3",
      "bytes=0x1-2",
      " bytes=0-1",
      "bytes=0-9999999999999999999",
    ]) {
      expect(attempt(text, 100)).toBeUndefined();
    }
  });
});
