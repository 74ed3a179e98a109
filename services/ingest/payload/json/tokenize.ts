import { MAX_DEPTH } from "../limits.ts";
import { KEY, IS_TELLING, codeOfKey } from "./key-codes.ts";
import { KeyCache } from "./key-cache.ts";
import { scanLiteral, scanNumber } from "./scan-number.ts";
import { NO_STRING, scanString } from "./scan-string.ts";
import { TOKEN, type JsonTape } from "./tape.ts";

/** Why a text could not be read, as tokenize returns it. */
export const FAULT = { NOT_JSON: -1, TOO_DEEP: -2, TOO_MANY_VALUES: -3 } as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;
const MIN_CARD_DIGITS = 13;

const keys = new KeyCache();

/**
 * Reads the JSON value that starts at or after `from` onto the end of the tape. Takes exactly what JSON.parse takes
 * (RFC 8259; bytes must be valid UTF-8), in one pass and without recursion. Line ends between tokens become spaces in
 * `bytes`, so that the value's text is one line. `depth` containers are open around it.
 * Returns the offset behind the value, or a FAULT.
 */
export function tokenize(bytes: Buffer, from: number, tape: JsonTape, depth: number): number {
  const { open } = tape;
  const floor = depth;
  let level = depth;
  let at = from;
  value: for (;;) {
    at = skipSpace(bytes, at);
    const byte = bytes[at];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (level === MAX_DEPTH) return FAULT.TOO_DEEP;
      const isObject = byte === OPEN_OBJECT;
      open[level] = tape.length;
      if (!tape.push(isObject ? TOKEN.OBJECT : TOKEN.ARRAY, at, 0, false)) return FAULT.TOO_MANY_VALUES;
      level += 1;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
        if (isObject) at = readKey(bytes, at, tape);
        if (at < 0) return at;
        continue value;
      }
    } else {
      at = readLeaf(bytes, at, tape);
      if (at < 0) return at;
      if (level === floor) return at;
      at = skipSpace(bytes, at);
    }
    for (;;) {
      const container = open[level - 1]!;
      const inObject = tape.kind(container) === TOKEN.OBJECT;
      if (bytes[at] === COMMA) {
        at += 1;
        if (inObject) at = readKey(bytes, at, tape);
        if (at < 0) return at;
        continue value;
      }
      if (bytes[at] !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return FAULT.NOT_JSON;
      tape.close(container);
      level -= 1;
      at += 1;
      if (level === floor) return at;
      at = skipSpace(bytes, at);
    }
  }
}

/** Offset of the first byte at or after `from` that is no white space; line ends on the way become spaces. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte > SPACE) break;
    if (byte === 0x0a || byte === 0x0d) bytes[at] = SPACE;
    else if (byte !== SPACE && byte !== 0x09) break;
  }
  return at;
}

function readLeaf(bytes: Buffer, at: number, tape: JsonTape): number {
  if (bytes[at] === QUOTE) {
    const scanned = scanString(bytes, at + 1);
    if (scanned === NO_STRING) return FAULT.NOT_JSON;
    const end = scanned >>> 1;
    return tape.push(TOKEN.STRING, at, end, (scanned & 1) === 1) ? end : FAULT.TOO_MANY_VALUES;
  }
  const numberEnd = scanNumber(bytes, at);
  if (numberEnd >= 0) {
    const isSuspect = numberEnd - at >= MIN_CARD_DIGITS && canStartCard(bytes[at]!);
    return tape.push(TOKEN.NUMBER, at, numberEnd, isSuspect) ? numberEnd : FAULT.TOO_MANY_VALUES;
  }
  const end = scanLiteral(bytes, at);
  if (end < 0) return FAULT.NOT_JSON;
  return tape.push(TOKEN.LITERAL, at, end, false) ? end : FAULT.TOO_MANY_VALUES;
}

// No brand of cards starts with another digit, least of all with the 1 of today's timestamps.
function canStartCard(byte: number): boolean {
  return byte >= 0x32 && byte <= 0x36;
}

/** Reads a key and its colon; returns the offset behind the colon, or a FAULT. */
function readKey(bytes: Buffer, from: number, tape: JsonTape): number {
  const start = skipSpace(bytes, from);
  if (bytes[start] !== QUOTE) return FAULT.NOT_JSON;
  const scanned = scanString(bytes, start + 1);
  if (scanned === NO_STRING) return FAULT.NOT_JSON;
  const end = scanned >>> 1;
  const colon = skipSpace(bytes, end);
  if (bytes[colon] !== COLON) return FAULT.NOT_JSON;
  const code = codeAt(bytes, start + 1, end - 1);
  if (!tape.push(TOKEN.KEY, start, code, (scanned & 1) === 1)) return FAULT.TOO_MANY_VALUES;
  if (IS_TELLING[code] === 1) tape.telling = true;
  return colon + 1;
}

function codeAt(bytes: Buffer, start: number, end: number): number {
  let hash = 0;
  let hasEscape = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    hash = (Math.imul(hash, 31) + byte) | 0;
    if (byte === 0x5c) hasEscape = true;
  }
  if (!hasEscape) return keys.codeOf(bytes, start, end, hash);
  const key: unknown = JSON.parse(bytes.toString("utf8", start - 1, end + 1));
  return typeof key === "string" ? codeOfKey(key) : KEY.OTHER;
}
