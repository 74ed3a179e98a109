import { expect, test } from "bun:test";
import { newUserCode, readUserCode, showUserCode, USER_CODE_LETTERS } from "../pairing/user-code.ts";

test("a code is read back however it is typed", () => {
  for (let round = 0; round < 500; round += 1) {
    const code = newUserCode();
    const shown = showUserCode(code);
    for (const typed of [shown, code, shown.toLowerCase(), ` ${code.split("").join(" ")}`, shown.replace("-", "—")]) {
      expect(readUserCode(typed)).toBe(code);
    }
  }
});

test("codes use all letters, and none that looks like another or makes words", () => {
  const letters = new Set(Array.from({ length: 500 }, newUserCode).join(""));
  expect([...letters].sort().join("")).toBe(USER_CODE_LETTERS);
  expect(USER_CODE_LETTERS).not.toMatch(/[AEIOUY0-9]/);
  expect(new Set(USER_CODE_LETTERS).size).toBe(20);
});
