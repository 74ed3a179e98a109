/**
 * A UUIDv7 (RFC 9562 §5.7) whose random bits are made of a name: the same time and name give the same id, so that
 * recording anew changes nothing for those who know the samples by their ids.
 */
export function fixedUuidV7(time: Date, name: string): string {
  const bytes = new Bun.CryptoHasher("sha256").update(name).digest().subarray(0, 16);
  new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(
    0,
    (BigInt(time.getTime()) << 16n) | 0x7000n | lowBits(bytes),
  );
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toHex();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function lowBits(bytes: Uint8Array): bigint {
  return BigInt(((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) & 0x0fffn;
}
