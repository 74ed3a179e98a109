import { open, seal } from "@gigtrail/platform/crypto/aead";
import { MasterKeyError } from "@gigtrail/platform/crypto/master-key";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from "jose";
import { SIGNING_ALGORITHM, type SigningKey } from "./signing-key.ts";

/** A signing key as it is stored: the private JWK, sealed together with its id. */
export interface SealedKey {
  key_id: string;
  sealed_jwk: Buffer;
}

/** Makes a new Ed25519 key and seals it. */
export async function makeSigningKey(sealingKey: Uint8Array): Promise<SealedKey> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const keyId = await calculateJwkThumbprint(jwk);
  return { key_id: keyId, sealed_jwk: seal(sealingKey, Buffer.from(JSON.stringify(jwk)), sealContext(keyId)) };
}

/** Opens a stored key. Throws MasterKeyError when it was sealed under another master key. */
export async function openSigningKey(
  sealingKey: Uint8Array,
  { key_id: keyId, sealed_jwk }: SealedKey,
): Promise<{ signingKey: SigningKey; publicKey: JWK }> {
  const jwk: JWK = JSON.parse(unseal(sealingKey, sealed_jwk, keyId).toString());
  const privateKey = await importJWK(jwk, SIGNING_ALGORITHM);
  if (privateKey instanceof Uint8Array) throw new Error("a signing key is not a key pair");
  const { kty, crv, x } = jwk;
  const publicKey: JWK = { kty, crv, x, kid: keyId, use: "sig", alg: SIGNING_ALGORITHM };
  return { signingKey: { keyId, privateKey }, publicKey };
}

function unseal(sealingKey: Uint8Array, sealed: Buffer, keyId: string): Buffer {
  try {
    return open(sealingKey, sealed, sealContext(keyId));
  } catch {
    throw new MasterKeyError("The database's signing keys were made under another MASTER_KEY. Start with that one.");
  }
}

function sealContext(keyId: string): string {
  return `auth/signing-keys/${keyId}`;
}
