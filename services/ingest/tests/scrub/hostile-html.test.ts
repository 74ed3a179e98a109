import { describe, expect, test } from "bun:test";
import { MASK } from "../../scrub/mask.ts";
import { DEFAULT_SCRUB_POLICY } from "../../scrub/policy.ts";
import { scrubText } from "../../scrub/scrub-text.ts";
import { storedData } from "../payload/support/chunk.ts";

const TYPED_MASKED = { ...DEFAULT_SCRUB_POLICY, plainInputs: false };
const CHARS = 400_000;

// Read in time that grows with the square of their length, these take minutes: longer than a test may.
const HOSTILE = {
  "a name without end": `<input ${"a".repeat(CHARS)}>`,
  "a name cut off": `<input ${"a".repeat(CHARS)}`,
  "a name and white space": `<input a${" ".repeat(CHARS)}>`,
  "white space behind the sign": `<input a=${" ".repeat(CHARS)}>`,
  "white space before and behind the sign": `<input a${" ".repeat(CHARS)}=${"\t".repeat(CHARS)}>`,
  "names apart": `<input ${"a ".repeat(CHARS)}>`,
  "signs alone": `<input ${"=".repeat(CHARS)}>`,
  "backslashes as a value": `<input a=${"\\".repeat(CHARS)}>`,
  "backslashes behind a quote that stays open": `<input 'a="${"\\".repeat(CHARS)}'>`,
  "backslashes behind an apostrophe that stays open": `<input "a='${"\\".repeat(CHARS)}">`,
  "backslashes apart behind a quote that stays open": `<input 'a="${"\\a".repeat(CHARS)}'>`,
  "an editable word and white space": `<div contenteditable${" ".repeat(CHARS)}>`,
  "an editable word and backslashes": `<div contenteditable=${"\\".repeat(CHARS)}>`,
  "tags that stay open in typed text": `<textarea>${"<".repeat(CHARS)}`,
  "the name of a value": `<input type=hidden data-${"a-".repeat(CHARS)}=b>`,
};

describe("is read in time that grows with its length", () => {
  test.each(Object.entries(HOSTILE))("%s", (_, text) => {
    expect(storedData(5, { tag: "x", payload: { h: text } }, TYPED_MASKED)).toMatchObject({ tag: "x" });
  });
});

test.each([
  ['<input value="words">', `<input value="${MASK}">`],
  ["<input\tvalue \n=  words>", `<input\tvalue \n=  ${MASK}>`],
  [`<input ${"a".repeat(5_000)} value=words>`, `<input ${"a".repeat(5_000)} value=${MASK}>`],
  [String.raw`<input type=\"text\"value=\"words\">`, String.raw`<input type=\"text\"value=\"${MASK}\">`],
  [String.raw`<input value="a\b\\">`, String.raw`<input value="${MASK}\\">`],
  [String.raw`<input value='\\\'>`, String.raw`<input value='\\\'>`],
  ["<input/value='words'>", `<input/value='${MASK}'>`],
  ["<textarea><<b>>words", `<textarea>${MASK}`],
  ["<textarea><words", `<textarea>${MASK}`],
  ["<textarea><b><i></textarea>", "<textarea><b><i></textarea>"],
])("%p is masked as ever", (text, masked) => {
  expect(scrubText(text, TYPED_MASKED)).toBe(masked);
});
