import { createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { refusal } from "../errors.ts";

/** How long the key set is used without asking again, in milliseconds. */
const FRESH_MS = 5 * 60_000;
/** An unknown key id asks again, but no more often than this, in milliseconds. */
const COOLDOWN_MS = 2_000;
/** How long auth may take to answer, in milliseconds. */
const ASK_TIMEOUT_MS = 5_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/**
 * The public keys of the auth service, asked for over RPC and kept; an unknown key id asks again. Keys that are known
 * stay good while auth cannot be reached: uploads go on without it.
 */
export function remoteKeys(auth: Transport): JWTVerifyGetKey {
  const client = createClient(AuthService, auth);
  let known: JWTVerifyGetKey | undefined;
  let askedMs = 0;
  let asking: Promise<JWTVerifyGetKey> | undefined;
  const fetchKeys = async (): Promise<JWTVerifyGetKey> => {
    try {
      const { jwksJson } = await client.getJwks({}, { timeoutMs: ASK_TIMEOUT_MS });
      const set: JSONWebKeySet = keySet.parse(JSON.parse(jwksJson));
      known = createLocalJWKSet(set);
      return known;
    } catch (error) {
      // Without keys nobody can be let in, but that is not the caller's fault.
      throw refusal("unavailable", { cause: error });
    }
  };
  const ask = (): Promise<JWTVerifyGetKey> => {
    if (asking === undefined) {
      askedMs = Date.now();
      asking = fetchKeys().finally(() => (asking = undefined));
    }
    return asking;
  };
  return async (header, token) => {
    if (known === undefined) return (await ask())(header, token);
    const mayAsk = asking !== undefined || Date.now() - askedMs > COOLDOWN_MS;
    // Nobody waits for this one: should it fail, the keys that are known will do, and a later call asks again.
    if (mayAsk && Date.now() - askedMs > FRESH_MS) ask().catch(() => undefined);
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAsk) throw error;
      return (await ask())(header, token);
    }
  };
}
