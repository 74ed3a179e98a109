import { describe, expect, test } from "bun:test";
import { maskCards } from "../../scrub/card.ts";
import { DEFAULT_SCRUB_POLICY } from "../../scrub/policy.ts";
import { scrubString } from "../../scrub/scrub-string.ts";
import { sharedFiles } from "../payload/support/shared-data.ts";

const SCOPE = { policy: DEFAULT_SCRUB_POLICY, level: 0 };
const files = [...sharedFiles("upwork", ""), ...sharedFiles("routines", "")].filter(({ text }) => text !== "");
const ID = /(?<![\w.])(?:~0[12])?[0-9a-f]{8,21}(?![\w.])/g;

describe.skipIf(files.length === 0)("Upwork's own pages and answers (skipped where ../shared/upwork is absent)", () => {
  test.each(files)("$name: no number in it is taken for a card", ({ text }) => {
    expect(maskCards(text)).toBe(text);
  });

  test.each(files)("$name: no id changes, in a text or as JSON", ({ text }) => {
    for (const id of new Set(text.match(ID))) {
      expect(scrubString(id, SCOPE).text).toBe(id);
      expect(scrubString(`{"uid":"${id}","link":"/jobs/~${id}/?x=${id}"}`, SCOPE).masked).toBe(0);
    }
  });
});
