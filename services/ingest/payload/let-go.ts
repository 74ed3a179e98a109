/** Below this the collector is as good, in bytes. */
const LEAST_BYTES = 1024 * 1024;

/**
 * Gives the memory of a large buffer back at once. A chunk of 128 MiB goes through several forms of its size; left to the
 * collector they would all be there together. Nothing can be read from the buffer, or from what shares its memory,
 * afterwards: only for what the caller made itself and hands to nobody.
 */
export function letGo(bytes: Uint8Array | Int32Array): void {
  if (bytes.byteLength >= LEAST_BYTES && bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}
