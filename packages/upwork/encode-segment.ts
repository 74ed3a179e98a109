/** Encodes a decoded path segment, leaving readable what may stand in a path. Decoding it once gives it back. */
export function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(/%(?:2C|3A|40|24|2B|3D)/g, decodeURIComponent);
}
