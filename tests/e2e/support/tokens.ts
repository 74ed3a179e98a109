import type { AuthSchema } from "@gigtrail/auth/db/schema";
import { migrations } from "@gigtrail/auth/db/migrations";
import { openSigningKeys } from "@gigtrail/auth/keys/signing-keys";
import { ISSUER, USER_AUDIENCE, USER_TOKEN_TYPE } from "@gigtrail/platform/auth/token-format";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { newId } from "@gigtrail/platform/ids";
import { createLog } from "@gigtrail/platform/log";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { generateKeyPair, SignJWT } from "jose";
import type { Member } from "./people.ts";
import type { System } from "./system.ts";

/** How a token differs from the one that the member would be given. */
export interface TokenChanges {
  readonly expiresInS?: number;
  readonly typ?: string;
  readonly audience?: string;
  readonly issuer?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Signed with a key of somebody else's, under the name of the real one. */
  readonly otherKey?: boolean;
}

/** Makes tokens with the system's own key, right but for what a test changes. */
export type TokenMaker = (member: Member, changes?: TokenChanges) => Promise<string>;

/** Opens the system's signing key. */
export async function openTokenMaker(system: System): Promise<TokenMaker> {
  const db = await openDatabase<AuthSchema>(system.database, "auth", migrations, createLog("e2e", "silent"));
  const { current } = await openSigningKeys(db, system.masterKey, Date.now());
  await db.close();
  const other = await generateKeyPair("EdDSA");
  return async ({ userId, workspaceId }, changes = {}) => {
    const nowS = Math.floor(Date.now() / 1000);
    return new SignJWT({ workspace: workspaceId, role: Role.OWNER, ...changes.claims })
      .setProtectedHeader({ alg: "EdDSA", kid: current.keyId, typ: changes.typ ?? USER_TOKEN_TYPE })
      .setIssuer(changes.issuer ?? ISSUER)
      .setAudience(changes.audience ?? USER_AUDIENCE)
      .setSubject(userId)
      .setJti(newId())
      .setIssuedAt(nowS - 60)
      .setExpirationTime(nowS + (changes.expiresInS ?? 600))
      .sign(changes.otherKey ? other.privateKey : current.privateKey);
  };
}

/** A token that says it needs no signature. */
export function unsignedToken({ userId, workspaceId }: Member): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = part({ alg: "none", typ: USER_TOKEN_TYPE });
  const claims = part({
    iss: ISSUER,
    aud: USER_AUDIENCE,
    sub: userId,
    workspace: workspaceId,
    role: Role.OWNER,
    jti: newId(),
    exp: Math.floor(Date.now() / 1000) + 600,
  });
  return `${header}.${claims}.`;
}
