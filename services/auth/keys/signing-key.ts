import type { CryptoKey } from "jose";

/** `alg` of every token (RFC 8037), with Ed25519. */
export const SIGNING_ALGORITHM = "EdDSA";

/** A key that tokens are signed with. */
export interface SigningKey {
  /** `kid`: the key's thumbprint (RFC 7638). */
  readonly keyId: string;
  readonly privateKey: CryptoKey;
}
