import { ISSUER, SERVICE_TOKEN_S, SERVICE_TOKEN_TYPE } from "@gigtrail/platform/auth/token-format";
import { newId } from "@gigtrail/platform/ids";
import type { ServiceName } from "@gigtrail/platform/service";
import { SignJWT } from "jose";
import { SIGNING_ALGORITHM, type SigningKey } from "../keys/signing-key.ts";

/** Makes the token with which a service calls one other, for a workspace or for none: good for SERVICE_TOKEN_S. */
export function signServiceToken(
  key: SigningKey,
  service: string,
  audience: ServiceName,
  workspaceId: string | undefined,
  nowMs: number,
): Promise<string> {
  const issuedS = Math.floor(nowMs / 1000);
  return new SignJWT(workspaceId === undefined ? {} : { workspace: workspaceId })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.keyId, typ: SERVICE_TOKEN_TYPE })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setSubject(service)
    .setJti(newId())
    .setIssuedAt(issuedS)
    .setExpirationTime(issuedS + SERVICE_TOKEN_S)
    .sign(key.privateKey);
}
