import type { Database } from "@gigtrail/platform/db/database";
import type { MasterKey } from "@gigtrail/platform/crypto/master-key";
import type { JSONWebKeySet } from "jose";
import { insertSigningKey } from "../db/queries/insert-signing-key.ts";
import { listSigningKeys } from "../db/queries/list-signing-keys.ts";
import type { AuthSchema } from "../db/schema.ts";
import { makeSigningKey, openSigningKey } from "./sealed-key.ts";
import type { SigningKey } from "./signing-key.ts";

/** The keys of this instance. */
export interface SigningKeys {
  /** The one that signs. */
  readonly current: SigningKey;
  /** The public halves of all that may have signed a token which is still good. */
  readonly publicKeys: JSONWebKeySet;
}

/**
 * Opens the signing keys, and makes the first at the first start. Of two processes that start at once one stores its
 * key and both use that: a generation has one key, and what is read back is what counts.
 */
export async function openSigningKeys(
  db: Database<AuthSchema>,
  masterKey: MasterKey,
  nowMs: number,
): Promise<SigningKeys> {
  const sealingKey = masterKey.derive("auth/signing-keys");
  let rows = await db.asSystem(listSigningKeys);
  if (rows.length === 0) {
    const made = await makeSigningKey(sealingKey);
    await db.asSystem((tx) => insertSigningKey(tx, { ...made, generation: 1, create_time: new Date(nowMs) }));
    rows = await db.asSystem(listSigningKeys);
  }
  const opened = await Promise.all(rows.map((row) => openSigningKey(sealingKey, row)));
  const [current] = opened;
  if (current === undefined) throw new Error("the signing key that was just stored is gone");
  return { current: current.signingKey, publicKeys: { keys: opened.map((key) => key.publicKey) } };
}
