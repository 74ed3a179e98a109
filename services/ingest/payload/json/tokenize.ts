import { MAX_DEPTH } from "../limits.ts";
import { KEY } from "./key-codes.ts";
import { codeOfKeyAt } from "./key-table.ts";
import { ScanAids } from "./scan-aids.ts";
import { scanLiteral, scanNumber } from "./scan-number.ts";
import { NO_STRING, scanString } from "./scan-string.ts";
import { skipSpace } from "./skip-space.ts";
import { KIND_MASK, START_SHIFT, SUSPECT_BIT, TOKEN, type JsonTape } from "./tape.ts";
import { TELLS_OF_KEY, isTelling, passedOn, tellsOfString } from "./telling.ts";

/** Why a text could not be read, as tokenize returns it. */
export const FAULT = { NOT_JSON: -1, TOO_DEEP: -2, TOO_MANY_VALUES: -3 } as const;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const MIN_CARD_DIGITS = 13;

/** The open containers, and what the members of those around them told. Of one call at a time: none calls another. */
const open = new Int32Array(MAX_DEPTH);
const openTells = new Int32Array(MAX_DEPTH);

/**
 * Reads the JSON value that starts at or after `from` onto the end of the tape. Takes exactly what JSON.parse takes
 * (RFC 8259; bytes must be valid UTF-8), in one pass and without recursion. Line ends between tokens become spaces in
 * `bytes`, so that the value's text is one line. `depth` containers are open around it; `aids` are of the whole text,
 * whose values are read in their order. Returns the offset behind the value, or a FAULT.
 *
 * One loop that keeps all it knows in its own variables: with the tape filled by a method, reading a recording took an
 * eighth longer. Each turn reads a value, in an object its key before it, and what closes behind it.
 */
export function tokenize(
  bytes: Buffer,
  from: number,
  tape: JsonTape,
  depth: number,
  aids = new ScanAids(bytes),
): number {
  const limit = bytes.length;
  const { view, hints } = aids;
  let { length, starts, ends } = tape;
  let level = depth;
  let inObject = false;
  let code: number = KEY.OTHER;
  let tells = 0;
  let suspects = 0;
  let at = from;
  value: for (;;) {
    if (length + 2 > starts.length) {
      if (!tape.grow()) return FAULT.TOO_MANY_VALUES;
      ({ starts, ends } = tape);
    }
    at = skipSpace(bytes, at, limit);
    if (inObject) {
      const scanned = at < limit && bytes[at] === QUOTE ? scanString(bytes, at + 1) : NO_STRING;
      if (scanned === NO_STRING) return FAULT.NOT_JSON;
      const end = scanned >>> 1;
      const isSuspect = (scanned & 1) === 1 || (hints.next < end && hints.within(at, end));
      code = codeOfKeyAt(bytes, view, at + 1, end - 1);
      tells |= TELLS_OF_KEY[code]!;
      if (isSuspect) suspects = SUSPECT_BIT;
      starts[length] = (at << START_SHIFT) | (isSuspect ? SUSPECT_BIT : 0) | TOKEN.KEY;
      ends[length] = code;
      length += 1;
      at = skipSpace(bytes, end, limit);
      if (at >= limit || bytes[at] !== COLON) return FAULT.NOT_JSON;
      at = skipSpace(bytes, at + 1, limit);
    }
    const byte = at < limit ? bytes[at]! : 0;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      if (level === MAX_DEPTH) return FAULT.TOO_DEEP;
      open[level] = length;
      openTells[level] = tells;
      level += 1;
      inObject = byte === OPEN_OBJECT;
      code = KEY.OTHER;
      tells = 0;
      starts[length] = (at << START_SHIFT) | (inObject ? TOKEN.OBJECT : TOKEN.ARRAY);
      length += 1;
      at = skipSpace(bytes, at + 1, limit);
      if (at >= limit || bytes[at] !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) continue;
    } else {
      let kind: number = TOKEN.STRING;
      let end: number;
      let isSuspect: boolean;
      if (byte === QUOTE) {
        const scanned = scanString(bytes, at + 1);
        end = scanned >> 1;
        isSuspect = (scanned & 1) === 1 || (hints.next < end && hints.within(at, end));
        if (code === KEY.ID || code === KEY.TAG_NAME) tells |= tellsOfString(bytes, code, at, end, isSuspect);
      } else if (byte <= NINE && byte >= MINUS) {
        kind = TOKEN.NUMBER;
        end = scanNumber(bytes, at, limit);
        isSuspect = end - at >= MIN_CARD_DIGITS && canStartCard(byte);
      } else {
        kind = TOKEN.LITERAL;
        end = scanLiteral(view, at);
        isSuspect = false;
      }
      if (end < 0) return FAULT.NOT_JSON;
      if (isSuspect) suspects = SUSPECT_BIT;
      starts[length] = (at << START_SHIFT) | (isSuspect ? SUSPECT_BIT : 0) | kind;
      ends[length] = end;
      length += 1;
      at = end;
    }
    for (;;) {
      if (level === depth) {
        tape.length = length;
        if ((suspects | tells) !== 0) tape.telling = true;
        return at;
      }
      at = skipSpace(bytes, at, limit);
      const behind = at < limit ? bytes[at]! : 0;
      at += 1;
      if (behind === COMMA) continue value;
      if (behind !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return FAULT.NOT_JSON;
      level -= 1;
      const container = open[level]!;
      ends[container] = length;
      if (inObject ? isTelling(tells) : length - container === 3 && isStringPair(starts, container)) {
        starts[container]! |= SUSPECT_BIT;
        suspects = SUSPECT_BIT;
      }
      tells = openTells[level]! | passedOn(tells);
      inObject = level > depth && (starts[open[level - 1]!]! & KIND_MASK) === TOKEN.OBJECT;
      code = KEY.OTHER;
    }
  }
}

// No brand of cards starts with another digit, least of all with the 1 of today's timestamps.
function canStartCard(byte: number): boolean {
  return byte >= 0x32 && byte <= 0x36;
}

function isStringPair(starts: Int32Array, array: number): boolean {
  return (starts[array + 1]! & KIND_MASK) === TOKEN.STRING && (starts[array + 2]! & KIND_MASK) === TOKEN.STRING;
}
