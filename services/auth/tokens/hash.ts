import { createHash, createHmac } from "node:crypto";

/** What is stored of a random 256-bit secret: its SHA-256 (nothing shorter can be hashed so; see keyedHash). */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** What is stored of something that could be guessed from a plain hash: its HMAC-SHA256. */
export function keyedHash(key: Uint8Array, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
