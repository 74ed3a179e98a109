/** What a client reads of gigtrail.common.v1.ErrorInfo. */
export interface ErrorInfo {
  /** Why the call was refused. */
  reason: string;
  /** How long to wait before the same call, in milliseconds. */
  retryAfterMs: number;
}

const TYPE_NAME = "gigtrail.common.v1.ErrorInfo";
const REASON_FIELD = 1;
const RETRY_AFTER_FIELD = 3;
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * Finds Gigtrail's own detail among the `details` of a Connect error in JSON. Details travel as protobuf in base64
 * (connectrpc.com/docs/protocol#error-end-stream; their readable form `debug` is optional), and two fields do not
 * justify a protobuf runtime in an extension. Anything that cannot be read is left out.
 */
export function findErrorInfo(details: unknown): ErrorInfo | undefined {
  if (!Array.isArray(details)) return undefined;
  for (const detail of details as unknown[]) {
    if (typeof detail !== "object" || detail === null || !("type" in detail) || !("value" in detail)) continue;
    if (detail.type !== TYPE_NAME || typeof detail.value !== "string") continue;
    const bytes = fromBase64(detail.value);
    if (bytes !== undefined) return decodeErrorInfo(bytes);
  }
  return undefined;
}

/** Reads the wire format (protobuf.dev/programming-guides/encoding); stops at what it does not know. */
function decodeErrorInfo(bytes: Uint8Array): ErrorInfo {
  const info: ErrorInfo = { reason: "", retryAfterMs: 0 };
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at] ?? 0;
      at += 1;
      // Sums rather than shifts: shifts are of 32 bits.
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };
  while (at < bytes.byteLength) {
    const key = readVarint();
    const field = key >>> 3;
    const wireType = key & 7;
    if (wireType === VARINT) {
      const value = readVarint();
      if (field === RETRY_AFTER_FIELD) info.retryAfterMs = Number.isSafeInteger(value) ? value : 0;
    } else if (wireType === LENGTH_DELIMITED) {
      const length = readVarint();
      if (field === REASON_FIELD) info.reason = new TextDecoder().decode(bytes.subarray(at, at + length));
      at += length;
    } else return info;
  }
  return info;
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
