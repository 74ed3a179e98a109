import { JsonText } from "../payload/json/json-text.ts";
import { JsonTape } from "../payload/json/tape.ts";
import { skipSpace } from "../payload/json/skip-space.ts";
import { FAULT, tokenize } from "../payload/json/tokenize.ts";
import { MASK } from "./mask.ts";
import type { ScrubScope } from "./scrub-scope.ts";
import { scrubText } from "./scrub-text.ts";
import { scrubValue } from "./scrub-value.ts";
import { Splices } from "./splices.ts";

/** How many strings a JSON text may lie in and still be read; what lies deeper is masked whole. */
export const MAX_NESTED_JSON_LEVELS = 8;

const JSON_START = /^\s*[[{"]/;
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** A scrubbed string and how many values in it were masked. */
export interface ScrubbedString {
  readonly text: string;
  readonly masked: number;
}

/**
 * A decoded string with every secret in it masked. A string that is itself JSON (`json` of gt.net and gt.state, what
 * a console plugin records) is scrubbed by its keys and values, at any level; every other one as text.
 */
export function scrubString(text: string, scope: ScrubScope): ScrubbedString {
  const json = scrubJson(text, scope);
  if (json !== undefined) return json;
  const plain = asText(text, scope);
  if (plain.masked === 0) return plain;
  // Masking can make valid JSON of a text, which is then read as what it is now.
  const after = scrubJson(plain.text, scope);
  return after === undefined ? plain : { text: after.text, masked: plain.masked + after.masked };
}

function asText(text: string, scope: ScrubScope): ScrubbedString {
  const scrubbed = scrubText(text, scope.policy);
  return { text: scrubbed, masked: Number(scrubbed !== text) };
}

/** Scrubs the text as JSON; undefined if it is none. */
function scrubJson(text: string, scope: ScrubScope): ScrubbedString | undefined {
  if (!JSON_START.test(text)) return undefined;
  const bytes = Buffer.from(text.isWellFormed() ? text : text.replace(LONE_SURROGATE, asEscape));
  const json = new JsonText(bytes, new JsonTape());
  const end = tokenize(bytes, 0, json.tape, 0);
  const isTooMuch = end === FAULT.TOO_DEEP || end === FAULT.TOO_MANY_VALUES;
  // What has no strings in it is safe to be read as text.
  if (isTooMuch && text.includes('"')) return { text: MASK, masked: 1 };
  if (end < 0 || skipSpace(bytes, end) !== bytes.length) return undefined;
  if (!json.tape.telling) return { text, masked: 0 };
  if (scope.level === MAX_NESTED_JSON_LEVELS) return { text: MASK, masked: 1 };
  const splices = new Splices();
  scrubValue(json, { policy: scope.policy, level: scope.level + 1 }, splices);
  return splices.isEmpty
    ? { text, masked: 0 }
    : { text: splices.apply(bytes).toString("utf8"), masked: splices.masked };
}

// UTF-8 has no lone surrogates; within a string of JSON the escape means the same.
function asEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16)}`;
}
