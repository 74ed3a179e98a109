import { beforeAll, expect, test } from "bun:test";
import type { Reason } from "@gigtrail/platform/reasons";
import { chunkHeaders, chunkOf, chunkPath, newPlace } from "./support/chunks.ts";
import { describeBothWays } from "./support/modes.ts";
import { type Device, invite, type Member, pairDevice, signUp } from "./support/people.ts";
import { exchange, head } from "./support/raw-socket.ts";
import { type Answer, ask, callJson, expectRefusal } from "./support/request.ts";
import { moves, recordSession } from "./support/sessions.ts";
import { callStream, envelope } from "./support/stream-call.ts";
import { openTokenMaker, type TokenMaker, unsignedToken } from "./support/tokens.ts";

describeBothWays("a token that", (system) => {
  let member: Member;
  let device: Device;
  let make: TokenMaker;
  beforeAll(async () => {
    make = await openTokenMaker(system());
    member = await signUp(system().url);
    device = await pairDevice(member);
  });

  /** Tries a token on every kind of address. */
  async function everywhere(token: string | undefined): Promise<Answer[]> {
    const { url } = system();
    const chunk = chunkOf(0, moves(2));
    const asCaller = token === undefined ? {} : { token };
    const auth: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const stream = await callStream(url, "ingest.v1.IngestService/ReadEvents", envelope("{}"), auth);
    expect(stream.status).toBe(401);
    return [
      await callJson(url, "auth.v1.AuthService/GetMe", {}, asCaller),
      await callJson(url, "ingest.v1.IngestService/ListSessions", {}, asCaller),
      await ask(`${url}/gigtrail.ingest.v1.IngestService/ListSessions?encoding=json&message=%7B%7D`, asCaller),
      await ask(url + chunkPath(newPlace(), 0), {
        ...asCaller,
        method: "PUT",
        headers: chunkHeaders(chunk),
        body: chunk.payload,
      }),
      await ask(`${url}/v1/events`, asCaller),
      await ask(`${url}/v1/exports/${crypto.randomUUID()}/file`, asCaller),
    ];
  }

  const FORGED: readonly (readonly [string, () => Promise<string | undefined>, Reason])[] = [
    ["is not there", async () => undefined, "token_missing"],
    ["is no token", async () => "abc.def.ghi", "token_invalid"],
    ["is longer than any", async () => "a".repeat(5_000), "token_invalid"],
    ["has ended", () => make(member, { expiresInS: -30 }), "token_expired"],
    ["needs no signature, as it says", async () => unsignedToken(member), "token_invalid"],
    ["is signed with another key", () => make(member, { otherKey: true }), "token_invalid"],
    ["is of another type", () => make(member, { typ: "JWT" }), "token_invalid"],
    ["is a service's, for another audience", () => make(member, { typ: "gigtrail-service+jwt" }), "token_invalid"],
    ["is for somebody else's server", () => make(member, { audience: "elsewhere" }), "token_invalid"],
    ["is from somebody else's server", () => make(member, { issuer: "elsewhere" }), "token_invalid"],
    ["has no workspace", () => make(member, { claims: { workspace: undefined } }), "token_invalid"],
    ["has a role that there is not", () => make(member, { claims: { role: 99 } }), "token_invalid"],
  ];

  test.each(FORGED)("%s lets nobody in anywhere", async (_, forge, reason) => {
    for (const answer of await everywhere(await forge())) {
      expectRefusal(answer, reason, 401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
  });

  test("is changed by a letter lets nobody in", async () => {
    const [header, claims = "", signature] = (await make(member)).split(".");
    const changed = Buffer.from(claims, "base64url").toString().replace('"role":40', '"role":30');
    const forged = `${header}.${Buffer.from(changed).toString("base64url")}.${signature}`;
    for (const answer of await everywhere(forged)) expectRefusal(answer, "token_invalid", 401);
  });

  test("is made for a service does not open the gateway", async () => {
    const typ = "gigtrail-service+jwt";
    const token = await make(member, { typ, audience: "gateway", claims: { role: undefined } });
    expectRefusal(
      await callJson(system().url, "ingest.v1.IngestService/GetSession", {}, { token }),
      "permission_denied",
      403,
    );
  });

  test("is a device's opens what devices may do, and nothing else", async () => {
    const { url } = system();
    const place = await recordSession(device);
    const token = device.accessToken;
    const sessionId = place.sessionId;
    expect((await callJson(url, "ingest.v1.IngestService/GetSession", { sessionId }, { token })).status).toBe(200);
    for (const rpc of ["ingest.v1.IngestService/ReadEvents", "analysis.v1.AnalysisService/WatchAnalysis"]) {
      const answer = await callStream(url, rpc, envelope(JSON.stringify({ sessionId })), {
        authorization: `Bearer ${token}`,
      });
      expect(answer).toMatchObject({ status: 403, reason: "permission_denied" });
    }
    for (const [rpc, message] of [
      ["analysis.v1.AnalysisService/GetAnalysis", { sessionId }],
      ["analysis.v1.AnalysisService/ListVisits", {}],
      ["export.v1.ExportService/CreateExport", { spec: { dataset: 1, format: 1 } }],
      ["auth.v1.AuthService/CreateInvitation", { email: "a@example.com", role: 20 }],
      ["auth.v1.DeviceService/ApprovePairing", { userCode: "ABCD-EFGH" }],
    ] as const) {
      expectRefusal(await callJson(url, rpc, message, { token }), "permission_denied", 403);
    }
    expectRefusal(await ask(`${url}/v1/events`, { token }), "permission_denied", 403);
  });

  test("is a member's opens neither what others recorded nor what admins do", async () => {
    const { url } = system();
    const other = await invite(member);
    const { sessionId } = await recordSession(member);
    const token = other.accessToken;
    expectRefusal(
      await callJson(url, "ingest.v1.IngestService/GetSession", { sessionId }, { token }),
      "session_not_found",
      404,
    );
    expectRefusal(
      await callJson(url, "ingest.v1.IngestService/DeleteSession", { sessionId }, { token }),
      "session_not_found",
      404,
    );
    expectRefusal(
      await callJson(url, "auth.v1.AuthService/CreateInvitation", { email: "a@example.com", role: 20 }, { token }),
      "permission_denied",
      403,
    );
    const own = await recordSession(other);
    expect((await member.ingest.getSession({ sessionId: own.sessionId })).session?.userId).toBe(other.userId);
  });

  test("is bad is refused before a byte of the body has come", async () => {
    const { url } = system();
    for (const [method, path] of [
      ["PUT", chunkPath(newPlace(), 0)],
      ["POST", "/gigtrail.ingest.v1.IngestService/PutChunk"],
      ["POST", "/gigtrail.ingest.v1.IngestService/ReadEvents"],
    ] as const) {
      const type = path.endsWith("ReadEvents") ? "application/connect+json" : "application/json";
      const headers = { authorization: "Bearer abc.def.ghi", "content-type": type, "content-length": 10_000_000 };
      const answer = await exchange(url, head(method, path, headers));
      expect(answer.status).toBe(401);
      expect(answer.text).toContain("x-gigtrail-reason: token_invalid");
    }
  });
});
