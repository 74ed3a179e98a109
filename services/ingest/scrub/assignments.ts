import { MASK } from "./mask.ts";
import { isSecretHeader, isSecretName, isSecretParam } from "./secret-names.ts";

// Every name that secret-names.ts knows holds one of these words. Finding them first keeps this linear.
const WORD = new RegExp(
  [
    "token|[cx]srf|passw|passphrase|pwd|secret|authorization|cookie|jwt|cvv|cvc|ssn|iban|bearer",
    "(?:private|api|access)[_-]?key|(?:card|account|routing)[_-]?number",
    "user[_-]?uid|org[_-]?uid|company[_-]?reference|page[_-]?title|modal[_-]?info|return[_-]?url",
    "cf[_-]ch|cf[_-]clearance|cf[_-]bm|pxhd|upw[_-]ses|session[_-]?id|visitor[_-]?id|console[_-]?user|recognized",
    "organization[_-]?uid|last[_-]?accessed|asct[_-]?vt|nuxt[_-]?vt",
  ].join("|"),
  "gi",
);
const MAX_NAME_CHARS = 100;
const MAX_COOKIE_NAME_CHARS = 200;
const NAME_CHAR = /[\w$-]/;
const ENCODED_CHAR = /^(?:25)*[0-9a-f]{2}/i;

// Behind the name: `=`, `:`, `%3D` in any number of layers; before it maybe a bracket (`user[password]=`) or a quote.
const OPERATOR = /(?:\]|%5D)?(\\*["'])?\s{0,4}(=|:|%(?:25){0,3}3D)\s{0,4}/iy;
const OPENING_QUOTE = /\\*["'`]/y;

// Where a value without quotes ends, by what stands before it.
const END_OF_PARAM = /[&#;\s"'<>\\]/g;
const END_OF_ENCODED_PARAM = /%(?:25)*(?:26|23)|[&#;\s"'<>\\]/gi;
const END_OF_JSON_VALUE = /[,}\]\s]/g;
const END_OF_WORD = /[\s"'<>\\]/g;
const END_OF_LINE = /[\r\n"<>]/g;
const JSON_WITHOUT_SECRET = /(?:true|false|null|[{[])/y;

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
    const value = secretValue(text, text.slice(start, end), end);
    if (value === undefined) continue;
    masked += text.slice(copied, value.start) + MASK;
    copied = value.end;
    WORD.lastIndex = value.end;
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
  const range = quotedRange(text, start) ?? bareRange(text, start, name, sign, operator[1] !== undefined);
  if (range === undefined || range.end <= range.start) return undefined;
  return text.slice(range.start, range.end) === MASK ? undefined : range;
}

// To the same quote again, not counting escaped ones; to the end of the text where it is cut off.
function quotedRange(text: string, from: number): Range | undefined {
  OPENING_QUOTE.lastIndex = from;
  const quote = OPENING_QUOTE.exec(text)?.[0];
  if (quote === undefined) return undefined;
  const start = from + quote.length;
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (backslashesBefore(text, at, start) % 2 === 0) return { start, end: at };
  }
  return { start, end: text.length };
}

function backslashesBefore(text: string, at: number, floor: number): number {
  let from = at;
  while (from > floor && text[from - 1] === "\\") from -= 1;
  return at - from;
}

function bareRange(text: string, start: number, name: string, sign: string, quotedName: boolean): Range | undefined {
  if (sign === "=") return { start, end: endOf(END_OF_PARAM, text, start) };
  if (sign !== ":") return { start, end: endOf(END_OF_ENCODED_PARAM, text, start) };
  if (quotedName) {
    JSON_WITHOUT_SECRET.lastIndex = start;
    return JSON_WITHOUT_SECRET.test(text) ? undefined : { start, end: endOf(END_OF_JSON_VALUE, text, start) };
  }
  if (isSecretHeader(name)) {
    // "Cookie: we use them" is no header.
    const isProse = /cookie/i.test(name) && !text.slice(start, start + MAX_COOKIE_NAME_CHARS).includes("=");
    return isProse ? undefined : { start, end: endOf(END_OF_LINE, text, start) };
  }
  return /passw|pwd/i.test(name) ? { start, end: endOf(END_OF_WORD, text, start) } : undefined;
}

function endOf(ending: RegExp, text: string, from: number): number {
  ending.lastIndex = from;
  return ending.exec(text)?.index ?? text.length;
}
