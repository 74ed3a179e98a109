const HEADER_BYTES = 5;
/** The flag of the last envelope of a Connect stream. */
const END_STREAM = 2;

/** A Connect stream, taken apart. */
export interface EnvelopeStream {
  readonly messages: number;
  /** The text of the last envelope; undefined where the stream has no end. */
  readonly end: string | undefined;
}

/** Takes a Connect stream apart; undefined where it is none. */
export function readStream(bytes: Buffer): EnvelopeStream | undefined {
  let messages = 0;
  for (let at = 0; at < bytes.length;) {
    if (at + HEADER_BYTES > bytes.length) return undefined;
    const flags = bytes.readUInt8(at);
    const next = at + HEADER_BYTES + bytes.readUInt32BE(at + 1);
    if (next > bytes.length) return undefined;
    if (flags === END_STREAM) {
      return next === bytes.length ? { messages, end: bytes.subarray(at + HEADER_BYTES).toString() } : undefined;
    }
    if (flags !== 0) return undefined;
    messages += 1;
    at = next;
  }
  return { messages, end: undefined };
}
