function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at])) at += 1;
  return at;
}

/** Offset behind the JSON number that starts at `from`, or -1 where there is none. */
export function scanNumber(bytes: Uint8Array, from: number): number {
  let at = bytes[from] === 0x2d ? from + 1 : from;
  if (!isDigit(bytes[at])) return -1;
  at = bytes[at] === 0x30 ? at + 1 : skipDigits(bytes, at);
  if (bytes[at] === 0x2e) {
    if (!isDigit(bytes[at + 1])) return -1;
    at = skipDigits(bytes, at + 1);
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at += bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d ? 2 : 1;
    if (!isDigit(bytes[at])) return -1;
    at = skipDigits(bytes, at);
  }
  return at;
}

const LITERALS = ["true", "false", "null"].map((word) => new TextEncoder().encode(word));

/** Offset behind the `true`, `false` or `null` that starts at `from`, or -1 where there is none. */
export function scanLiteral(bytes: Uint8Array, from: number): number {
  const word = LITERALS.find((candidate) => candidate[0] === bytes[from]);
  return word?.every((byte, i) => bytes[from + i] === byte) ? from + word.length : -1;
}
