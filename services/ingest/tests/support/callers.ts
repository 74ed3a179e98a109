import { generateKeyPairSync, sign } from "node:crypto";
import { createRouterTransport, type Transport } from "@connectrpc/connect";
import {
  ACCESS_TOKEN_S,
  ISSUER,
  SERVICE_TOKEN_TYPE,
  USER_AUDIENCE,
  USER_TOKEN_TYPE,
} from "@gigtrail/platform/auth/token-format";
import { newId } from "@gigtrail/platform/ids";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";

const KEY_ID = "test-key";
const keys = generateKeyPairSync("ed25519");

/** Someone with a token: a person, their device, or a service. */
export interface Caller {
  readonly token: string;
}

/** A person in a workspace. */
export interface Person extends Caller {
  readonly workspaceId: string;
  readonly userId: string;
}

/** A person, by default a member of a workspace of their own. */
export function person(of: { workspaceId?: string; userId?: string; role?: Role; deviceId?: string } = {}): Person {
  const { workspaceId = newId(), userId = newId(), role = Role.MEMBER, deviceId } = of;
  const claims = { aud: USER_AUDIENCE, sub: userId, workspace: workspaceId, role, device: deviceId };
  return { workspaceId, userId, token: mint(USER_TOKEN_TYPE, claims) };
}

/** Another service; without a workspace it works across all. */
export function service(name: string, workspaceId?: string, audience = "ingest"): Caller {
  return { token: mint(SERVICE_TOKEN_TYPE, { aud: audience, sub: name, workspace: workspaceId }) };
}

/** A token as auth makes them (RFC 7519), good for as long as those or for `seconds`. */
export function mint(typ: string, claims: Record<string, unknown>, seconds = ACCESS_TOKEN_S): string {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "EdDSA", kid: KEY_ID, typ })}.${part({ iss: ISSUER, jti: newId(), exp, ...claims })}`;
  return `${text}.${sign(null, Buffer.from(text), keys.privateKey).toString("base64url")}`;
}

/** The auth service, as far as ingest asks it: its public keys. */
export function authTransport(): Transport {
  const key = { ...keys.publicKey.export({ format: "jwk" }), kid: KEY_ID, alg: "EdDSA", use: "sig" };
  return createRouterTransport((router) => {
    router.service(AuthService, { getJwks: () => ({ jwksJson: JSON.stringify({ keys: [key] }) }) });
  });
}
