const DOT = 0x2e;
const MINUS = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const LETTER_E = 0x65;
const LOWER_CASE = 0x20;

/** Offset behind the JSON number that starts at `from`, or -1 where there is none. `limit` is the text's length. */
export function scanNumber(bytes: Uint8Array, from: number, limit: number): number {
  const start = from < limit && bytes[from] === MINUS ? from + 1 : from;
  let at = endOfDigits(bytes, start, limit);
  if (at === start || (bytes[start] === ZERO && at !== start + 1)) return -1;
  if (at === limit) return at;
  const behind = bytes[at]!;
  return behind === DOT || (behind | LOWER_CASE) === LETTER_E ? scanRest(bytes, at, limit) : at;
}

/** Offset behind the fraction and exponent, one of which starts at `from`. */
function scanRest(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  if (bytes[at] === DOT) {
    at = endOfDigits(bytes, from + 1, limit);
    if (at === from + 1) return -1;
  }
  if (at === limit || (bytes[at]! | LOWER_CASE) !== LETTER_E) return at;
  const isSigned = at + 1 < limit && (bytes[at + 1] === PLUS || bytes[at + 1] === MINUS);
  const digits = at + (isSigned ? 2 : 1);
  const end = endOfDigits(bytes, digits, limit);
  return end === digits ? -1 : end;
}

function endOfDigits(bytes: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && bytes[at]! >= ZERO && bytes[at]! <= 0x39) at += 1;
  return at;
}

const TRUE = 0x65757274;
const FALS = 0x736c6166;
const NULL = 0x6c6c756e;

/** Offset behind the `true`, `false` or `null` that starts at `from`, or -1 where there is none. */
export function scanLiteral(view: DataView, from: number): number {
  const end = from + 4;
  if (end > view.byteLength) return -1;
  const word = view.getInt32(from, true);
  if (word === TRUE || word === NULL) return end;
  return word === FALS && end < view.byteLength && view.getUint8(end) === LETTER_E ? end + 1 : -1;
}
