/**
 * What the bytes of a JSON string say of it, as bits. STOP ends a run of plain bytes (quote, backslash, control); the
 * others are signs of what the scrubber may have to mask.
 */
export const SIGN = {
  DIGIT: 1,
  STOP: 2,
  /** `=` */
  EQUALS: 4,
  /** `:` */
  COLON: 8,
  /** `%` */
  PERCENT: 16,
  /** `@` */
  AT: 32,
  /** `?` and `#`: one stands before the parameters of an address. */
  QUERY: 64,
  /** `<` and `&`, which HTML begins with, and `'`, which quotes values in code. */
  MARKUP: 128,
  /** The string holds an escape. */
  ESCAPE: 256,
  /** The string holds an escape by number, or one of a second encoding: its bytes do not say what letters it holds. */
  NUMBERED: 512,
} as const;

/** The signs that a string is looked at for, whatever else it holds. */
export const SECRET_SIGNS = ~(SIGN.DIGIT | SIGN.STOP | SIGN.QUERY);

/** Signs of each byte. */
export const SIGNS_OF_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x20) return SIGN.STOP;
  switch (String.fromCharCode(byte)) {
    case '"':
    case "\\":
      return SIGN.STOP;
    case "=":
      return SIGN.EQUALS;
    case ":":
      return SIGN.COLON;
    case "%":
      return SIGN.PERCENT;
    case "@":
      return SIGN.AT;
    case "?":
    case "#":
      return SIGN.QUERY;
    case "<":
    case "&":
    case "'":
      return SIGN.MARKUP;
    default:
      return byte >= 0x30 && byte <= 0x39 ? SIGN.DIGIT : 0;
  }
});
