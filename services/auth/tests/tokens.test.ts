import { expect, test } from "bun:test";
import { createClient } from "@connectrpc/connect";
import { remoteKeys } from "@gigtrail/platform/auth/remote-keys";
import { serviceCredentials } from "@gigtrail/platform/auth/service-credentials";
import { ACCESS_TOKEN_S, SERVICE_TOKEN_S } from "@gigtrail/platform/auth/token-format";
import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { Secret } from "@gigtrail/platform/config";
import { serveGrpc } from "@gigtrail/platform/rpc/grpc-server";
import { grpcTransport } from "@gigtrail/platform/rpc/grpc-transport";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from "jose";
import { ANALYSIS_SECRET } from "./support/auth-instance.ts";
import { describeAuth } from "./support/describe-auth.ts";
import { bearer, registerPerson } from "./support/people.ts";
import { reasonFor } from "./support/refusals.ts";

const WORKSPACE = "0192f0c4-7a4e-7c2b-9d1e-3f5a6b7c8d9e";

describeAuth("Tokens", (the) => {
  const verifierOf = (service: string) => createTokenVerifier(service, remoteKeys(the.instance.transport));
  const issue = (more = {}) =>
    the.instance.auth.issueServiceToken({
      service: "analysis",
      secret: ANALYSIS_SECRET,
      audience: "ingest",
      workspaceId: WORKSPACE,
      ...more,
    });

  test("a person's token says who they are, to every service, for 15 minutes", async () => {
    const anna = await registerPerson(the.instance, "anna@example.com");
    const claims = decodeJwt(anna.accessToken);
    expect(decodeProtectedHeader(anna.accessToken)).toMatchObject({ alg: "EdDSA", typ: "at+jwt" });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(ACCESS_TOKEN_S);
    expect(claims).toMatchObject({ iss: "gigtrail", aud: "gigtrail", sub: anna.userId, role: Role.OWNER });
    for (const service of ["ingest", "analysis", "export", "auth"]) {
      expect(await verifierOf(service)(anna.accessToken)).toEqual({
        kind: "user",
        userId: anna.userId,
        workspaceId: anna.workspaceId,
        role: Role.OWNER,
        deviceId: undefined,
        expireMs: (claims.exp ?? 0) * 1000,
      });
    }
  });

  test("two tokens of the same moment are two tokens", async () => {
    const [one, other] = await Promise.all([issue(), issue()]);
    expect(one.accessToken).not.toBe(other.accessToken);
  });

  test("a service's token is good for the one service and workspace, for 5 minutes", async () => {
    const { accessToken, expiresInSeconds } = await issue();
    expect(expiresInSeconds).toBe(SERVICE_TOKEN_S);
    expect(await verifierOf("ingest")(accessToken)).toMatchObject({
      kind: "service",
      service: "analysis",
      workspaceId: WORKSPACE,
    });
    expect(await reasonFor(verifierOf("export")(accessToken))).toBe("token_invalid");
    expect(await reasonFor(the.instance.auth.getMe({}, bearer(accessToken)))).toBe("token_invalid");
  });

  test("a service's token may belong to no workspace", async () => {
    const { accessToken } = await issue({ workspaceId: "" });
    const caller = await verifierOf("ingest")(accessToken);
    expect(caller.workspaceId).toBeUndefined();
  });

  test("a service's token lets into no person's call of auth itself", async () => {
    const { accessToken } = await issue({ audience: "auth" });
    expect(await reasonFor(the.instance.auth.getMe({}, bearer(accessToken)))).toBe("permission_denied");
  });

  test.each([
    [{ secret: "another-secret-altogether" }, "credentials_wrong"],
    [{ service: "export" }, "credentials_wrong"],
    [{ service: "nobody" }, "credentials_wrong"],
    [{ audience: "gigtrail" }, "request_invalid"],
    [{ audience: "nobody" }, "request_invalid"],
    [{ workspaceId: "no uuid" }, "request_invalid"],
  ])("a service that asks with %j is refused", async (more, reason) => {
    expect(await reasonFor(issue(more))).toBe(reason);
  });

  test("the key set holds public keys alone", async () => {
    const { jwksJson } = await the.instance.auth.getJwks({});
    const { keys } = JSON.parse(jwksJson);
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0]).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x"]);
  });

  test("a token signed by another key, or changed by a letter, is nobody's", async () => {
    const anna = await registerPerson(the.instance, "anna@example.com");
    const { privateKey } = await generateKeyPair("EdDSA");
    const header = decodeProtectedHeader(anna.accessToken);
    const forged = await new SignJWT(decodeJwt(anna.accessToken))
      .setProtectedHeader({ ...header, alg: "EdDSA" })
      .sign(privateKey);
    expect(await reasonFor(the.instance.auth.getMe({}, bearer(forged)))).toBe("token_invalid");
    const [head = "", body = "", signature = ""] = anna.accessToken.split(".");
    const claims = { ...decodeJwt(anna.accessToken), sub: WORKSPACE };
    const changed = `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`;
    expect(await reasonFor(the.instance.auth.getMe({}, bearer(changed)))).toBe("token_invalid");
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${body}.`;
    expect(await reasonFor(the.instance.auth.getMe({}, bearer(unsigned)))).toBe("token_invalid");
  });

  test("over gRPC, other services get their tokens and verify with the keys that they are told", async () => {
    const server = await serveGrpc(the.instance.service.routes, [], "127.0.0.1:0");
    const transport = grpcTransport(`127.0.0.1:${server.port}`);
    try {
      const credentials = serviceCredentials(transport, "analysis", new Secret(ANALYSIS_SECRET));
      const { authorization } = await credentials("ingest", WORKSPACE);
      const verify = createTokenVerifier("ingest", remoteKeys(transport));
      expect(await verify(authorization.slice("Bearer ".length))).toMatchObject({
        kind: "service",
        service: "analysis",
      });
      const login = createClient(AuthService, transport).login({ email: "nobody@example.com", password: "wrong" });
      expect(await reasonFor(login)).toBe("credentials_wrong");
    } finally {
      await transport.stop();
      await server.stop();
    }
  });
});
