import { describe, expect, test } from "bun:test";
import { isCard, maskCards } from "../../scrub/card.ts";
import { MASK } from "../../scrub/mask.ts";

// The card schemes' and payment providers' published test numbers.
const CARDS = [
  "4111111111111111",
  "4222222222222",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "30569309025904",
  "6011111111111117",
  "3530111333300000",
  "6200000000000005",
  "2200000000000004",
];

test.each(CARDS)("%s is a card", (digits) => {
  expect(isCard(digits)).toBe(true);
  expect(maskCards(`No. ${digits}, thanks`)).toBe(`No. ${MASK}, thanks`);
});

test.each([
  "4111 1111 1111 1111",
  "4111-1111-1111-1111",
  "4111\u00a01111\u00a01111\u00a01111",
  "3782 822463 10005",
  "3056 930902 5904",
  "4222 2222 2222 2",
])("%s is a card", (text) => {
  expect(maskCards(text)).toBe(MASK);
  expect(maskCards(`a${text}b ${text}`)).toBe(`a${MASK}b ${MASK}`);
});

test("the number before a CVC is masked", () => {
  expect(maskCards("4111 1111 1111 1111 123")).toBe(`${MASK} 123`);
});

describe("these are no cards", () => {
  test.each([
    ["a wrong check digit", "4111111111111112"],
    ["more digits around it", "14111111111111111"],
    ["more digits behind it", "4111 1111 1111 11111"],
    ["mixed separators", "4111-1111 1111-1111"],
    ["a fraction", "3.4111111111111111"],
    ["a fraction in a path", "M.4111111111111111,5"],
    ["a number with a fraction", "4111111111111111.5"],
    ["no brand with this prefix", "1111111111111117"],
    ["a time in milliseconds", "1795348168818"],
    ["a job's id", "1950000000000000001"],
    ["a cipher", "~021950000000000000001"],
    ["years", "2019 2020 2021 2022"],
  ])("%s: %s", (_, text) => {
    expect(maskCards(text)).toBe(text);
  });
});
