import { SIGN } from "../payload/json/byte-signs.ts";
import { SECRET_WORDS } from "./assignments.ts";
import { MIN_KNOWN_BYTES } from "./known-clean.ts";

/** Fewer digits than these make no payment card, nor an id of a visitor. */
export const MIN_CARD_DIGITS = 13;

const FIRST_GROUP_DIGITS = 4;
/** Three signs of at most three bytes. */
const MAX_SEPARATOR_BYTES = 9;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const AT = 0x40;
const DOT = 0x2e;
const HYPHEN = 0x2d;

/** What of these a text has to hold for WORDS to matter. */
const WORD_SIGNS = SIGN.EQUALS | SIGN.COLON | SIGN.PERCENT | SIGN.MARKUP | SIGN.ESCAPE;

// What the rules of scrubText go by, other than digits, `@` and tokens: names, encodings, HTML with fields, data that is
// text. Pictures and fonts are none.
const WORDS = new RegExp(
  [
    SECRET_WORDS,
    "visitor",
    "%[0-9a-f]",
    "&[#a-z]",
    "<(?:input|textarea|select|option|meta)",
    "contenteditable",
    String.raw`data:(?!image\/[^s]|font\/)`,
  ].join("|"),
  "i",
);
// An address with a user and a password, or one whose slashes are escaped. It reads bytes as latin1, where `\s` would be
// the second byte of `à` too, and a limit would count bytes; the first colon ends the user, so that it reads them once.
const CREDENTIALS = /:(?:\\?\/){2}[^\t-\r /?#@"'<>:]*:[^\t-\r /?#@"'<>]+@/;

/**
 * Whether the JSON string whose bytes between the quotes are [start, end) may hold something that scrubString or
 * maskAddress masks, other than a token (token-hint.ts). `signs` and `digits` are what its bytes told (scan-string.ts).
 * A prefilter only: it may say yes to what is harmless, never no to what would be masked; prefilter.test.ts compares the
 * two. No escape but those by number makes a letter or digit, so that the bytes of a string without them show every word
 * of its text; to one with them the answer is yes.
 */
export function mayHoldSecret(bytes: Buffer, start: number, end: number, signs: number, digits: number): boolean {
  if ((signs & SIGN.NUMBERED) !== 0) return true;
  if ((signs & SIGN.ESCAPE) !== 0 && startsJson(bytes, start, end)) return true;
  if ((signs & SIGN.EQUALS) !== 0 && (signs & SIGN.QUERY) !== 0) return true;
  if (digits >= MIN_CARD_DIGITS && mayHoldCard(bytes, start, end)) return true;
  if ((signs & SIGN.AT) !== 0 && mayHoldEmail(bytes, start, end)) return true;
  if ((signs & WORD_SIGNS) === 0) return false;
  // Long ones are known sooner than read (known-clean.ts).
  if (end - start >= MIN_KNOWN_BYTES) return true;
  const text = bytes.toString("latin1", start, end);
  if (WORDS.test(text)) return true;
  return (signs & SIGN.AT) !== 0 && (signs & SIGN.COLON) !== 0 && CREDENTIALS.test(text);
}

/** Whether the text begins, behind white space, with `{`, `[` or a quote; it has no escapes by number. */
function startsJson(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] === SPACE) continue;
    if (bytes[at] !== BACKSLASH) return bytes[at] === 0x7b || bytes[at] === 0x5b;
    at += 1;
    if (bytes[at] !== 0x6e && bytes[at] !== 0x72 && bytes[at] !== 0x74) return bytes[at] === QUOTE;
  }
  return false;
}

/** Whether there is a run of digits as long as a card, or one of four with another a separator behind it. */
function mayHoldCard(bytes: Uint8Array, start: number, end: number): boolean {
  let groupEnd = -1;
  let run = 0;
  for (let at = start; at < end; at++) {
    if (!isDigit(bytes[at]!)) {
      if (run === FIRST_GROUP_DIGITS) groupEnd = at;
      run = 0;
      continue;
    }
    run += 1;
    if (run === MIN_CARD_DIGITS) return true;
    if (run === FIRST_GROUP_DIGITS && groupEnd >= 0 && at + 1 - run - groupEnd <= MAX_SEPARATOR_BYTES) return true;
  }
  return false;
}

/** Whether some `@` stands between a local part and a domain with a dot. */
function mayHoldEmail(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at++) {
    if (bytes[at] === AT && isLocal(bytes[at - 1]!) && startsDomain(bytes, at + 1, end)) return true;
  }
  return false;
}

function startsDomain(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (isAlphanumeric(bytes[at]!) || bytes[at] === HYPHEN)) at += 1;
  return at > start && at < end && bytes[at] === DOT;
}

// Letters beyond ASCII count by their bytes.
function isLocal(byte: number): boolean {
  if (isAlphanumeric(byte) || byte >= 0x80) return true;
  return byte === 0x5f || byte === DOT || byte === HYPHEN || byte === 0x2b || byte === 0x27;
}

function isAlphanumeric(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
