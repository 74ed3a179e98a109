/** Turns a value into its keyed hash, 64 hex characters. */
export type ValueHmac = (value: string) => Promise<string>;

/**
 * HMAC-SHA-256 under the workspace's key, which the policy hands out: equal values can be told to be equal, and nobody
 * without the key can try values. The key needs `{ name: "HMAC", hash: "SHA-256" }` and usage `sign`.
 */
export function valueHmac(key: CryptoKey): ValueHmac {
  return async (value) => {
    const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(value));
    return [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
}
