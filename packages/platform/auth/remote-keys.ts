import { createClient, type Transport } from "@connectrpc/connect";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { refusal } from "../errors.ts";

/** How long the key set is used without asking again, in milliseconds. */
const FRESH_MS = 5 * 60_000;
/** An unknown key id asks again, but no more often than this, in milliseconds. */
const COOLDOWN_MS = 2_000;

const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** The public keys of the auth service, asked for over RPC and kept; a new key id asks again. */
export function remoteKeys(auth: Transport): JWTVerifyGetKey {
  const client = createClient(AuthService, auth);
  let askedMs = 0;
  let asking: Promise<JWTVerifyGetKey> | undefined;
  const ask = (): Promise<JWTVerifyGetKey> => {
    askedMs = Date.now();
    asking = client.getJwks({}).then(({ jwksJson }) => {
      const set: JSONWebKeySet = keySet.parse(JSON.parse(jwksJson));
      return createLocalJWKSet(set);
    });
    return asking;
  };
  const current = (maxAgeMs: number) => (asking === undefined || Date.now() - askedMs > maxAgeMs ? ask() : asking);
  return async (header, token) => {
    try {
      const keys = await unavailableOnFailure(current(FRESH_MS), () => (asking = undefined));
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const keys = await unavailableOnFailure(current(COOLDOWN_MS), () => (asking = undefined));
      return keys(header, token);
    }
  };
}

/** Without keys nobody can be let in, but that is not the caller's fault. */
async function unavailableOnFailure<T>(keys: Promise<T>, forget: () => void): Promise<T> {
  try {
    return await keys;
  } catch (error) {
    forget();
    throw refusal("unavailable", { cause: error });
  }
}
