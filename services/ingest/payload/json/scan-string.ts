import { MIN_CARD_DIGITS, mayHoldSecret } from "../../scrub/text-hint.ts";
import { SECRET_SIGNS, SIGN, SIGNS_OF_BYTE } from "./byte-signs.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const LETTER_X = 0x78;
const LOWER_CASE = 0x20;

/** What scanString returns for text that is no JSON string. */
export const NO_STRING = -1;

/** Twice the offset behind the closing quote, plus 1 for a string that the scrubber has to look at. */
export type ScannedString = number;

/**
 * Reads a JSON string from the byte behind its opening quote. Suspect are strings that may hold a pattern or JSON
 * (text-hint.ts), but for tokens, which token-hint.ts finds. Returns NO_STRING for what JSON does not allow.
 */
export function scanString(bytes: Buffer, from: number): ScannedString {
  const limit = bytes.length;
  const at = endOfPlain(bytes, from, limit);
  return at < limit && bytes[at] === QUOTE ? (at + 1) * 2 : scanSigns(bytes, from, at, limit);
}

/** Offset of the first byte at or after `from` that is a sign of anything; `limit`, the length, without one. */
export function endOfPlain(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && SIGNS_OF_BYTE[bytes[at]!] === 0) at += 1;
  return at;
}

/** Reads on at `from`: the string's bytes from `start` to there are plain. */
function scanSigns(bytes: Buffer, start: number, from: number, limit: number): ScannedString {
  let signs = 0;
  let digits = 0;
  let at = from;
  while (at < limit) {
    const byte = bytes[at]!;
    const sign = SIGNS_OF_BYTE[byte]!;
    at += 1;
    if (sign === 0) continue;
    signs |= sign;
    digits += sign & SIGN.DIGIT;
    if (sign !== SIGN.STOP) continue;
    if (byte === QUOTE) {
      if ((signs & SECRET_SIGNS) === 0 && digits < MIN_CARD_DIGITS) return at * 2;
      return at * 2 + Number(mayHoldSecret(bytes, start, at - 1, signs, digits));
    }
    if (byte !== BACKSLASH) return NO_STRING;
    signs |= isNumbered(bytes, at, limit) ? SIGN.NUMBERED : SIGN.ESCAPE;
    at = skipEscape(bytes, at, limit);
    if (at < 0) return NO_STRING;
  }
  return NO_STRING;
}

/** Whether the backslash before `at` begins an escape by number, `\u`, or the text of one, `\\u` or `\\x`. */
function isNumbered(bytes: Uint8Array, at: number, limit: number): boolean {
  if (at + 1 >= limit) return false;
  if (bytes[at] !== BACKSLASH) return bytes[at] === LETTER_U;
  const letter = bytes[at + 1]! | LOWER_CASE;
  return letter === LETTER_U || letter === LETTER_X;
}

/** Offset behind the escape whose backslash lies before `at`, or -1. */
function skipEscape(bytes: Uint8Array, at: number, limit: number): number {
  if (at >= limit) return -1;
  switch (bytes[at]) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f: // /
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 1;
    case LETTER_U:
      return isHexQuad(bytes, at + 1, limit) ? at + 5 : -1;
    default:
      return -1;
  }
}

function isHexQuad(bytes: Uint8Array, from: number, limit: number): boolean {
  if (from + 4 > limit) return false;
  for (let at = from; at < from + 4; at++) {
    const byte = bytes[at]!;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (!isDigit && ((byte | LOWER_CASE) < 0x61 || (byte | LOWER_CASE) > 0x66)) return false;
  }
  return true;
}
