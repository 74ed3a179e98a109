const DIGIT = 1;
const TELLING = 2;
const STOP = 4;
const ESCAPE = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** Fewer digits than these make no payment card. */
const MIN_CARD_DIGITS = 13;

// `=` `:` `%` stand in every assignment, header line and query, `@` in every e-mail address.
const CLASS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) return STOP;
  if (byte >= 0x30 && byte <= 0x39) return DIGIT;
  return "@=:%".includes(String.fromCharCode(byte)) ? TELLING : 0;
});

/** What scanString returns for text that is no JSON string. */
export const NO_STRING = -1;

/** Twice the offset behind the closing quote, plus 1 for a string that the scrubber has to look at. */
export type ScannedString = number;

/**
 * Reads a JSON string from the byte behind its opening quote. Suspect are strings that can hold a pattern (a card, an
 * e-mail address, an assignment) or JSON, and all with a `\u` escape, since what they hold cannot be told from the
 * bytes; tokens without any of that are found by token-hint.ts. Returns NO_STRING for what JSON does not allow.
 */
export function scanString(bytes: Uint8Array, from: number): ScannedString {
  const limit = bytes.length;
  let flags = 0;
  let digits = 0;
  let at = from;
  while (at < limit) {
    const byte = bytes[at]!;
    const class_ = CLASS_OF_BYTE[byte]!;
    at += 1;
    flags |= class_;
    digits += class_ & DIGIT;
    if ((class_ & STOP) === 0) continue;
    if (byte === QUOTE) return at * 2 + Number(isSuspect(bytes, from, flags, digits));
    if (byte !== BACKSLASH) return NO_STRING;
    flags |= ESCAPE;
    if (bytes[at] === LETTER_U || (bytes[at] === BACKSLASH && bytes[at + 1] === LETTER_U)) flags |= TELLING;
    at = skipEscape(bytes, at);
    if (at < 0) return NO_STRING;
  }
  return NO_STRING;
}

function isSuspect(bytes: Uint8Array, from: number, flags: number, digits: number): boolean {
  if ((flags & TELLING) !== 0 || digits >= MIN_CARD_DIGITS) return true;
  return (flags & ESCAPE) !== 0 && canStartJson(bytes[from]!);
}

// `{`, `[`, a quote (escaped here), white space (raw or escaped).
function canStartJson(byte: number): boolean {
  return byte === 0x7b || byte === 0x5b || byte === BACKSLASH || byte === 0x20;
}

/** Offset behind the escape whose backslash lies before `at`, or -1. */
function skipEscape(bytes: Uint8Array, at: number): number {
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
      return isHex(bytes[at + 1]) && isHex(bytes[at + 2]) && isHex(bytes[at + 3]) && isHex(bytes[at + 4]) ? at + 5 : -1;
    default:
      return -1;
  }
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}
