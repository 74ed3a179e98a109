import { expect, test } from "bun:test";
import { normalizeEmail } from "../accounts/email.ts";
import { randomNumbers } from "./support/random.ts";

test.each([
  ["Anna@Example.COM", "anna@example.com"],
  [" anna@example.com\n", "anna@example.com"],
  ["Jose\u0301@example.com", "jos\u00e9@example.com"],
  ["an.na+x@example.com", "an.na+x@example.com"],
])("%j is kept as %j", (written, kept) => expect(normalizeEmail(written)).toBe(kept));

test("an address that was normalised stays as it is", () => {
  const random = randomNumbers(1);
  for (let round = 0; round < 5_000; round += 1) {
    const letters = Array.from({ length: 8 }, () => String.fromCodePoint(1 + random(0xd7fe)));
    const once = normalizeEmail(letters.join(""));
    expect(normalizeEmail(once)).toBe(once);
  }
});
