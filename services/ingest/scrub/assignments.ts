import { MASK } from "./mask.ts";
import { isSecretHeader, isSecretName, isSecretParam } from "./secret-names.ts";

/**
 * Every name that secret-names.ts knows holds one of these words, here by their first letters; a pattern's source, for
 * letters of any case.
 */
export const SECRET_WORDS = [
  "a(?:uthorization|pi[_-]?key|ccess[_-]?key|ccount[_-]?number|sct[_-]?vt|uth[_-]?store)",
  "bearer",
  "c(?:srf|ookie|v[vc]|ard[_-]?(?:number|holder|exp)|f[_-](?:ch|clearance|bm)|c-|redit[_-]?card)",
  "c(?:ompany[_-]?reference|onsole[_-]?user)",
  "iban",
  "jwt",
  "last[_-]?accessed",
  "modal[_-]?info",
  "nuxt[_-]?vt",
  "o(?:rg[_-]?uid|rganization[_-]?uid|tp|ne[_-]?time[_-]?code)",
  "p(?:in|assw|assphrase|wd|rivate[_-]?key|age[_-]?title|xhd)",
  "r(?:outing[_-]?number|eturn[_-]?url|ecognized)",
  // The last is of cookies whose names begin with eight hexadecimal digits.
  "s(?:ecret|sn|ession[_-]?id|ecurity[_-]?code|ort[_-]?code|ocial[_-]?security|b(?==))",
  "t(?:oken|ax[_-]?id|enant[_-]?id)",
  "u(?:ser[_-]?uid|pw[_-]ses)",
  "v(?:isitor[_-]?id|nd-eo)",
  "xsrf",
].join("|");
// Finding them first keeps all of this linear.
const WORD = new RegExp(SECRET_WORDS, "gi");
const MAX_NAME_CHARS = 100;
const MAX_COOKIE_NAME_CHARS = 200;
const NAME_CHAR = /[\w$-]/;
const ENCODED_CHAR = /^(?:25)*[0-9a-f]{2}/i;

// Behind the name: `=`, `:`, `%3D` in any number of layers; before it maybe a bracket (`user[password]=`) or a quote.
const OPERATOR = /(?:\]|%5D)?(\\*["'])?\s{0,4}(=|:|%(?:25){0,3}3D)\s{0,4}/iy;
const OPENING_QUOTE = /\\*["'`]/y;

// A value that stands beside its name: `setItem("api_token", "…")`, `name: "csrf", value: "…"`, the same the other way
// round. Behind the name and before it.
const NEXT_ARGUMENT = /\\*["']\s{0,4},\s{0,4}\\*["'](?=([^"'\\]+))/y;
const NEXT_VALUE = /\\*["']\s{0,4},\s{0,4}\\*["']?(?:value|content)\\*["']?\s{0,4}:\s{0,4}\\*["'](?=([^"'\\]+))/iy;
const VALUE_BEFORE =
  /(?:value|content)\\*["']?\s{0,4}:\s{0,4}\\*["']([^"'\\]+)(\\*["']\s{0,4},\s{0,4}\\*["']?(?:name|key|header|property)\\*["']?\s{0,4}:\s{0,4}\\*["'])$/i;
const MAX_VALUE_BEFORE_CHARS = 600;
/** Shorter arguments without a digit are words: a list of names is no list of secrets. */
const MIN_ARGUMENT_CHARS = 16;

// Where a value without quotes ends, by what stands before it.
const END_OF_PARAM = /[&#;\s"'<>\\]/g;
const END_OF_ENCODED_PARAM = /%(?:25)*(?:26|23)|[&#;\s"'<>\\]/gi;
const END_OF_JSON_VALUE = /[,}\]\s]/g;
const END_OF_WORD = /[\s"'<>\\]/g;
const END_OF_LINE = /[\r\n"<>]/g;
const LITERAL = /(?:true|false|null)/y;

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Masks what is assigned to a secret name in a text: query parameters (`securityToken=…`, also within an encoded
 * address), cookies (`XSRF-TOKEN=…;`), header lines (`Authorization: …`), and quoted values in code or in JSON that
 * is cut off. Whole JSON is masked by its keys instead.
 */
export function maskAssignments(text: string): string {
  let masked = "";
  let copied = 0;
  WORD.lastIndex = 0;
  for (let word = WORD.exec(text); word !== null; word = WORD.exec(text)) {
    const start = nameStart(text, word.index, copied);
    const end = nameEnd(text, WORD.lastIndex);
    WORD.lastIndex = end;
    const name = text.slice(start, end);
    const value = secretValue(text, name, end) ?? valueBeside(text, name, start, end, copied);
    if (value === undefined) continue;
    masked += text.slice(copied, value.start) + MASK;
    copied = value.end;
    WORD.lastIndex = Math.max(end, value.end);
  }
  return copied === 0 ? text : masked + text.slice(copied);
}

function nameStart(text: string, from: number, floor: number): number {
  const lowest = Math.max(floor, from - MAX_NAME_CHARS);
  let at = from;
  while (at > lowest && NAME_CHAR.test(text[at - 1] ?? "")) at -= 1;
  if (text[at - 1] !== "%") return at;
  // "%26userUid": the digits are the end of an encoded delimiter, in any number of layers.
  return Math.min(from, at + (ENCODED_CHAR.exec(text.slice(at, from))?.[0].length ?? 0));
}

function nameEnd(text: string, from: number): number {
  const highest = Math.min(text.length, from + MAX_NAME_CHARS);
  let at = from;
  while (at < highest && NAME_CHAR.test(text[at] ?? "")) at += 1;
  return at;
}

/** Where the value of this name lies, if it is secret and not masked yet. */
function secretValue(text: string, name: string, nameEndsAt: number): Range | undefined {
  OPERATOR.lastIndex = nameEndsAt;
  const operator = OPERATOR.exec(text);
  const sign = operator?.[2];
  if (operator === null || sign === undefined) return undefined;
  if (!(sign === ":" ? isSecretName(name) : isSecretParam(name))) return undefined;
  const start = OPERATOR.lastIndex;
  const range = quotedRange(text, start) ?? bareRange(text, start, name, sign, operator[1]);
  if (range === undefined || range.end <= range.start) return undefined;
  return text.slice(range.start, range.end) === MASK ? undefined : range;
}

/** Where the value lies that stands beside a secret name in code, or in JSON that is cut off. */
function valueBeside(text: string, name: string, start: number, end: number, floor: number): Range | undefined {
  if (!isQuote(text[start - 1]) || !isSecretName(name)) return undefined;
  for (const pattern of [NEXT_VALUE, NEXT_ARGUMENT]) {
    pattern.lastIndex = end;
    const value = pattern.exec(text)?.[1];
    if (value === undefined) continue;
    const isWord = pattern === NEXT_ARGUMENT && value.length < MIN_ARGUMENT_CHARS && !/\d/.test(value);
    return isWord || value === MASK ? undefined : { start: pattern.lastIndex, end: pattern.lastIndex + value.length };
  }
  const before = VALUE_BEFORE.exec(text.slice(Math.max(floor, start - MAX_VALUE_BEFORE_CHARS), start));
  const [, value = MASK, between = ""] = before ?? [];
  if (value === MASK) return undefined;
  const valueEnd = start - between.length;
  return { start: valueEnd - value.length, end: valueEnd };
}

function isQuote(char: string | undefined): boolean {
  return char === '"' || char === "'";
}

// To the same quote again, not counting escaped ones; to the end of the text where it is cut off.
function quotedRange(text: string, from: number): Range | undefined {
  OPENING_QUOTE.lastIndex = from;
  const quote = OPENING_QUOTE.exec(text)?.[0];
  if (quote === undefined) return undefined;
  const start = from + quote.length;
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (isEnd(text, at, start, quote)) return { start, end: at };
  }
  return { start, end: text.length };
}

/** Whether the quote at `at` ends a string: before it are only backslashes that are escaped themselves, layer by layer. */
function isEnd(text: string, at: number, floor: number, quote: string): boolean {
  let from = at;
  while (from > floor && text[from - 1] === "\\") from -= 1;
  return (at - from) % (2 * quote.length) === 0;
}

function bareRange(
  text: string,
  start: number,
  name: string,
  sign: string,
  quote: string | undefined,
): Range | undefined {
  if (sign === "=") return { start, end: endOf(END_OF_PARAM, text, start) };
  if (sign !== ":") return { start, end: endOf(END_OF_ENCODED_PARAM, text, start) };
  if (quote !== undefined) {
    LITERAL.lastIndex = start;
    if (LITERAL.test(text)) return undefined;
    const isContainer = text[start] === "[" || text[start] === "{";
    return isContainer ? insideOf(text, start, quote) : { start, end: endOf(END_OF_JSON_VALUE, text, start) };
  }
  if (isSecretHeader(name)) {
    // "Cookie: we use them" is no header.
    const isProse = /cookie/i.test(name) && !text.slice(start, start + MAX_COOKIE_NAME_CHARS).includes("=");
    return isProse ? undefined : { start, end: endOf(END_OF_LINE, text, start) };
  }
  return /passw|pwd/i.test(name) ? { start, end: endOf(END_OF_WORD, text, start) } : undefined;
}

/**
 * What stands between the bracket at `open` and the one that closes it, or the end of the text. Strings in it are quoted
 * as the name before it was.
 */
function insideOf(text: string, open: number, quote: string): Range {
  let depth = 0;
  let inString = false;
  for (let at = open; at < text.length; at++) {
    if (text.startsWith(quote, at) && isEnd(text, at, open, quote)) {
      inString = !inString;
      at += quote.length - 1;
    } else if (!inString) {
      const char = text[at];
      if (char === "[" || char === "{") depth += 1;
      else if (char === "]" || char === "}") depth -= 1;
      if (depth === 0) return { start: open + 1, end: at };
    }
  }
  return { start: open + 1, end: text.length };
}

function endOf(ending: RegExp, text: string, from: number): number {
  ending.lastIndex = from;
  return ending.exec(text)?.index ?? text.length;
}
