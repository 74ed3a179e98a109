import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { reasonOf } from "../errors.ts";
import { decodePageToken, DEFAULT_PAGE_SIZE, encodePageToken, pageSize } from "../page-token.ts";

function refusedWith(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return reasonOf(error) ?? String(error);
  }
  return undefined;
}

const part = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
);

describe("page tokens", () => {
  test("bring back the position that was put in", () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (position) => {
        const token = encodePageToken(position);
        expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(decodePageToken(token, position.length)).toEqual(position);
        expect(refusedWith(() => decodePageToken(token, position.length + 1))).toBe("page_token_invalid");
      }),
    );
  });

  test("the empty one means the first page", () => {
    expect(decodePageToken("", 2)).toBeUndefined();
  });

  test("whatever else is sent is refused as page_token_invalid, or is a position of the right shape", () => {
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const wrong = [
      "x",
      "%%%",
      "{}",
      "null",
      forged({}),
      forged("text"),
      forged([]),
      forged([null, 1]),
      forged([1, {}]),
    ];
    wrong.push(
      forged([1, 2, 3]),
      forged([[1], 2]),
      Buffer.from("[1e999,2]").toString("base64url"),
      "A".repeat(100_000),
    );
    for (const token of wrong) expect(refusedWith(() => decodePageToken(token, 2))).toBe("page_token_invalid");
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.base64String({ minLength: 1 })), (token) => {
        expect([undefined, "page_token_invalid"]).toContain(refusedWith(() => decodePageToken(token, 2)));
      }),
    );
  });

  test("no page size asked for means the default", () => {
    expect(pageSize(0)).toBe(DEFAULT_PAGE_SIZE);
    expect(pageSize(7)).toBe(7);
  });
});
