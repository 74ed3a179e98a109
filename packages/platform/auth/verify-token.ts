import { createHash } from "node:crypto";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from "jose";
import { refusal } from "../errors.ts";
import type { Caller } from "../rpc/caller.ts";
import { ISSUER, SERVICE_TOKEN_TYPE, USER_AUDIENCE, USER_TOKEN_TYPE } from "./token-format.ts";

/** Verified tokens kept, by hash, until they end: verifying costs 0.16 ms, looking one up next to nothing. */
const MAX_CACHED_TOKENS = 10_000;
/** Clocks of two hosts may differ by this much, in seconds. */
const CLOCK_TOLERANCE_S = 5;
/** Longer than any token of ours, in characters. */
const MAX_TOKEN_CHARS = 4_096;

/** Says who a token belongs to. Throws `token_invalid` or `token_expired`. */
export type TokenVerifier = (token: string) => Promise<Caller>;

/**
 * Verifies access tokens of this instance for one service: EdDSA only, `typ`, issuer, audience and expiry pinned
 * (RFC 8725). `keys` gives the public key for a token's header.
 */
export function createTokenVerifier(service: string, keys: JWTVerifyGetKey): TokenVerifier {
  const cache = new Map<string, Caller>();
  return async (token) => {
    if (token.length > MAX_TOKEN_CHARS) throw refusal("token_invalid");
    const hash = createHash("sha256").update(token).digest("base64");
    const known = cache.get(hash);
    if (known !== undefined) {
      if (known.expireMs + CLOCK_TOLERANCE_S * 1000 > Date.now()) return known;
      cache.delete(hash);
      throw refusal("token_expired");
    }
    const caller = await verify(token, service, keys);
    if (cache.size >= MAX_CACHED_TOKENS) cache.delete(cache.keys().next().value ?? "");
    cache.set(hash, caller);
    return caller;
  };
}

async function verify(token: string, service: string, keys: JWTVerifyGetKey): Promise<Caller> {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: ["EdDSA"],
      issuer: ISSUER,
      audience: [USER_AUDIENCE, service],
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ["exp", "sub", "jti"],
    });
    return toCaller(payload, protectedHeader.typ, service);
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw refusal("token_expired", { cause: error });
    if (error instanceof errors.JOSEError) throw refusal("token_invalid", { cause: error });
    throw error;
  }
}

/** A user token must not pass as a service's nor the other way round, so type and audience must agree. */
function toCaller(payload: JWTPayload, typ: string | undefined, service: string): Caller {
  const expireMs = (payload.exp ?? 0) * 1000;
  const workspaceId = typeof payload["workspace"] === "string" ? payload["workspace"] : undefined;
  const subject = payload.sub ?? "";
  if (typ === SERVICE_TOKEN_TYPE && payload.aud === service) {
    return { kind: "service", service: subject, workspaceId, expireMs };
  }
  const role = payload["role"];
  if (typ === USER_TOKEN_TYPE && payload.aud === USER_AUDIENCE && workspaceId !== undefined && isRole(role)) {
    const deviceId = typeof payload["device"] === "string" ? payload["device"] : undefined;
    return { kind: "user", userId: subject, workspaceId, role, deviceId, expireMs };
  }
  throw refusal("token_invalid");
}

function isRole(value: unknown): value is Role {
  return typeof value === "number" && value !== Role.UNSPECIFIED && value in Role;
}
