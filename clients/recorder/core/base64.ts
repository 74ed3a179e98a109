/** Arguments of one String.fromCharCode: engines limit them, the lowest limit is some 65,000. */
const SLICE_BYTES = 32 * 1024;

/** Bytes as base64, as protobuf's JSON has them. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.byteLength; at += SLICE_BYTES) {
    text += String.fromCharCode(...bytes.subarray(at, at + SLICE_BYTES));
  }
  return btoa(text);
}

/** A text of hex digits as base64. */
export function hexToBase64(hex: string): string {
  return toBase64(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}
