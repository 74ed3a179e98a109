import { beforeAll, describe, expect, setSystemTime, test } from "bun:test";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import * as fc from "fast-check";
import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { ISSUER, SERVICE_TOKEN_TYPE, USER_AUDIENCE, USER_TOKEN_TYPE } from "../../auth/token-format.ts";
import { createTokenVerifier, type TokenVerifier } from "../../auth/verify-token.ts";
import { newId } from "../../ids.ts";
import { refusedWith } from "./refused-with.ts";

const KID = "key-1";
const now = () => Math.floor(Date.now() / 1000);

/** What a token says; every test changes the part that it is about. */
interface Claims {
  typ?: string;
  iss?: string;
  aud?: string | string[];
  exp?: number;
  sub?: string;
  jti?: string;
  nbf?: number;
  workspace?: unknown;
  role?: unknown;
  device?: string;
}

const workspace = newId();
const user: Claims = {
  typ: USER_TOKEN_TYPE,
  iss: ISSUER,
  aud: USER_AUDIENCE,
  sub: newId(),
  workspace,
  role: Role.MEMBER,
};
const service: Claims = { typ: SERVICE_TOKEN_TYPE, iss: ISSUER, aud: "ingest", sub: "analysis", workspace };

describe("access tokens", () => {
  let key: CryptoKey;
  let publicPem: string;
  let publicJwk: JWK;
  let verify: TokenVerifier;
  let asked = 0;

  beforeAll(async () => {
    const pair = await generateKeyPair("EdDSA", { extractable: true });
    key = pair.privateKey;
    publicPem = await exportSPKI(pair.publicKey);
    publicJwk = { ...(await exportJWK(pair.publicKey)), kid: KID, alg: "EdDSA", use: "sig" };
    const keys = createLocalJWKSet({ keys: [publicJwk] });
    verify = createTokenVerifier("ingest", (header, token) => {
      asked += 1;
      return keys(header, token);
    });
  });

  const payloadOf = ({ typ: _typ, ...claims }: Claims) => {
    const payload: Record<string, unknown> = { exp: now() + 300, jti: newId(), ...claims };
    for (const [name, value] of Object.entries(payload)) if (value === undefined) delete payload[name];
    return payload;
  };
  const sign = (claims: Claims, by: CryptoKey | Uint8Array = key, alg = "EdDSA") =>
    new SignJWT(payloadOf(claims))
      .setProtectedHeader({ alg, kid: KID, ...(claims.typ && { typ: claims.typ }) })
      .sign(by);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test("of a person and of a service say who calls", async () => {
    const device = newId();
    expect(await verify(await sign({ ...user, device }))).toMatchObject({
      kind: "user",
      userId: user.sub,
      workspaceId: workspace,
      role: Role.MEMBER,
      deviceId: device,
    });
    expect(await verify(await sign(service))).toMatchObject({
      kind: "service",
      service: "analysis",
      workspaceId: workspace,
    });
    const across = await verify(await sign({ ...service, workspace: undefined }));
    expect(across).toMatchObject({ kind: "service", workspaceId: undefined });
  });

  test("signed by anybody else, or not at all, are invalid", async () => {
    const other = await generateKeyPair("EdDSA");
    expect(await refusedWith(verify(await sign(user, other.privateKey)))).toBe("token_invalid");
    const [header, payload, signature] = (await sign(user)).split(".");
    for (const alg of ["none", "None", "NONE", "nOnE"]) {
      const unsigned = `${encode({ alg, typ: USER_TOKEN_TYPE, kid: KID })}.${payload}.`;
      expect(await refusedWith(verify(unsigned))).toBe("token_invalid");
      expect(await refusedWith(verify(`${unsigned}${signature}`))).toBe("token_invalid");
    }
    expect(await refusedWith(verify(`${header}.${payload}.`))).toBe("token_invalid");
    const raised = encode({ ...payloadOf(user), role: Role.ADMIN });
    expect(await refusedWith(verify(`${header}.${raised}.${signature}`))).toBe("token_invalid");
  });

  test("signed with the public key as a shared secret are invalid", async () => {
    const secrets = [publicPem, publicPem.trim(), publicJwk.x ?? "", JSON.stringify(publicJwk)].map((text) =>
      Buffer.from(text),
    );
    secrets.push(Buffer.from(publicJwk.x ?? "", "base64url"));
    for (const secret of secrets) {
      for (const alg of ["HS256", "HS512"]) {
        const padded = Buffer.concat([secret, Buffer.alloc(Math.max(0, 64 - secret.length))]);
        expect(await refusedWith(verify(await sign(user, padded, alg)))).toBe("token_invalid");
      }
    }
  });

  test("that bring their own key are invalid", async () => {
    const other = await generateKeyPair("EdDSA", { extractable: true });
    const jwk = await exportJWK(other.publicKey);
    const headers = [
      { jwk },
      { jwk, kid: KID },
      { kid: KID, jku: "https://example.org/keys" },
      { kid: "../../etc/passwd" },
    ];
    for (const header of headers) {
      const token = new SignJWT(payloadOf(user)).setProtectedHeader({ alg: "EdDSA", typ: USER_TOKEN_TYPE, ...header });
      expect(await refusedWith(verify(await token.sign(other.privateKey)))).toBe("token_invalid");
    }
  });

  const wrong: [string, Claims][] = [
    ["no type", { ...user, typ: undefined }],
    ["the plain type JWT", { ...user, typ: "JWT" }],
    ["another issuer", { ...user, iss: "somebody" }],
    ["no issuer", { ...user, iss: undefined }],
    ["another audience", { ...user, aud: "elsewhere" }],
    ["no audience", { ...user, aud: undefined }],
    ["another service's audience", { ...service, aud: "export" }],
    ["no subject", { ...user, sub: undefined }],
    ["no id", { ...user, jti: undefined }],
    ["no workspace", { ...user, workspace: undefined }],
    ["a workspace that is no text", { ...user, workspace: [workspace] }],
    ["no role", { ...user, role: undefined }],
    ["a role that is none", { ...user, role: Role.UNSPECIFIED }],
    ["an unknown role", { ...user, role: 31 }],
    ["a role as text", { ...user, role: "ADMIN" }],
    ["a start in the future", { ...user, nbf: now() + 600 }],
    ["a person's claims and a service's type", { ...user, typ: SERVICE_TOKEN_TYPE }],
    ["a person's claims and a service's audience", { ...user, aud: "ingest" }],
    ["a service's claims and a person's type", { ...service, typ: USER_TOKEN_TYPE }],
    ["a service's claims and a person's audience", { ...service, aud: USER_AUDIENCE }],
    ["a service's claims and both audiences", { ...service, aud: [USER_AUDIENCE, "ingest"] }],
    ["a service's claims and several audiences", { ...service, aud: ["ingest", "export"] }],
    ["a person's claims and both audiences", { ...user, aud: [USER_AUDIENCE, "ingest"] }],
  ];
  test.each(wrong)("with %s are invalid", async (_name, claims) => {
    expect(await refusedWith(verify(await sign(claims)))).toBe("token_invalid");
  });

  test("without an end are invalid, with one in the past expired", async () => {
    const endless = await new SignJWT({ ...payloadOf(user), exp: undefined })
      .setProtectedHeader({ alg: "EdDSA", typ: USER_TOKEN_TYPE, kid: KID })
      .sign(key);
    expect(await refusedWith(verify(endless))).toBe("token_invalid");
    expect(await refusedWith(verify(await sign({ ...user, exp: now() - 60 })))).toBe("token_expired");
    const other = await generateKeyPair("EdDSA");
    const forged = await sign({ ...user, exp: now() - 60 }, other.privateKey);
    expect(await refusedWith(verify(forged))).toBe("token_invalid");
  });

  test("are verified once, and end (5 s later, for clocks that differ) although they are remembered", async () => {
    const token = await sign({ ...user, exp: now() + 60 });
    await verify(token);
    const before = asked;
    for (let call = 0; call < 5; call += 1) await verify(token);
    expect(asked).toBe(before);
    try {
      setSystemTime(new Date(Date.now() + 62_000));
      for (let call = 0; call < 3; call += 1) await verify(token);
      setSystemTime(new Date(Date.now() + 5_000));
      expect(await refusedWith(verify(token))).toBe("token_expired");
      expect(await refusedWith(verify(token))).toBe("token_expired");
    } finally {
      setSystemTime();
    }
  });

  test("that were refused are not remembered as good", async () => {
    const [header, payload] = (await sign(user)).split(".");
    const forged = `${header}.${payload}.AAAA`;
    for (let call = 0; call < 3; call += 1) expect(await refusedWith(verify(forged))).toBe("token_invalid");
  });

  test("of any other make are invalid, whatever they hold", async () => {
    for (const token of ["", ".", "..", "a.b.c", "x".repeat(5_000), `${"a".repeat(4_090)}.b.c`]) {
      expect(await refusedWith(verify(token))).toBe("token_invalid");
    }
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          alg: fc.constantFrom("EdDSA", "none", "HS256"),
          kid: fc.jsonValue(),
          typ: fc.jsonValue(),
          crit: fc.jsonValue(),
          b64: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.string(),
        json,
        fc.jsonValue(),
        fc.base64String(),
        async (text, header, payload, signature) => {
          expect(await refusedWith(verify(text))).toBe("token_invalid");
          const token = `${encode(header)}.${encode(payload)}.${signature}`;
          expect(await refusedWith(verify(token))).toBe("token_invalid");
        },
      ),
    );
  });
});
