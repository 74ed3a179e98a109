const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Offset of the first byte at or after `from` that is no white space of JSON, or `limit`, the text's length. Line ends
 * on the way become spaces.
 */
export function skipSpace(bytes: Uint8Array, from: number, limit = bytes.length): number {
  return from < limit && bytes[from]! > SPACE ? from : skipSpaces(bytes, from, limit);
}

function skipSpaces(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  for (; at < limit; at++) {
    const byte = bytes[at]!;
    if (byte === LINE_FEED || byte === CARRIAGE_RETURN) bytes[at] = SPACE;
    else if (byte !== SPACE && byte !== TAB) break;
  }
  return at;
}
