import type { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { ACCESS_TOKEN_S, ISSUER, USER_AUDIENCE, USER_TOKEN_TYPE } from "@gigtrail/platform/auth/token-format";
import { newId } from "@gigtrail/platform/ids";
import { SignJWT } from "jose";
import type { Subject } from "../accounts/profile.ts";
import { SIGNING_ALGORITHM, type SigningKey } from "../keys/signing-key.ts";

/** An access token and when it ends, in milliseconds since 1970. */
export interface AccessToken {
  readonly token: string;
  readonly expireMs: number;
}

/** Makes the access token (RFC 9068) of a person or a device: good for ACCESS_TOKEN_S, with the role of this moment. */
export async function signAccessToken(
  key: SigningKey,
  { userId, workspaceId, deviceId }: Subject,
  role: Role,
  nowMs: number,
): Promise<AccessToken> {
  const issuedS = Math.floor(nowMs / 1000);
  const expireS = issuedS + ACCESS_TOKEN_S;
  const token = await new SignJWT({ workspace: workspaceId, role, ...(deviceId && { device: deviceId }) })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.keyId, typ: USER_TOKEN_TYPE })
    .setIssuer(ISSUER)
    .setAudience(USER_AUDIENCE)
    .setSubject(userId)
    .setJti(newId())
    .setIssuedAt(issuedS)
    .setExpirationTime(expireS)
    .sign(key.privateKey);
  return { token, expireMs: expireS * 1000 };
}
