import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { GOOD, reasonOfAnswer, startTestGateway, type TestGateway } from "./support/gateway.ts";

const SESSION = "01a20000-0000-7000-8000-00000000000a";
const LIST = "/gigtrail.ingest.v1.IngestService/ListSessions";

describe("the gateway's answers", () => {
  let gateway: TestGateway;
  let ready = true;
  beforeAll(() => {
    gateway = startTestGateway({
      env: { ADDRESS_ANONYMOUS_CALLS_PER_MINUTE: "100000" },
      ready: async () => {
        if (!ready) throw new Error("the database is at postgres://secret@host");
      },
      services: (router) => {
        router.service(AuthService, { getJwks: () => ({ jwksJson: '{"keys":[]}' }) });
        router.service(IngestService, {
          listSessions: () => ({ sessions: [{ sessionId: SESSION }] }),
          getSession: () => Promise.reject(new Error("duplicate key (sam@example.com)")),
          getUploadState: () => Promise.reject(new ConnectError("connect ECONNREFUSED 10.1.2.3", Code.Unavailable)),
          deleteSession: () => Promise.reject(refusal("server_busy", { retryAfterMs: 1_500 })),
        });
      },
    });
  });
  afterAll(() => gateway.stop());

  const call = (rpc: string, message: object = {}) =>
    fetch(`${gateway.url}/gigtrail.ingest.v1.IngestService/${rpc}`, {
      method: "POST",
      headers: { ...GOOD, "content-type": "application/json" },
      body: JSON.stringify(message),
    });

  test("all say how browsers must treat them, and carry a request id", async () => {
    const answers = [
      await fetch(`${gateway.url}/healthz/live`),
      await fetch(`${gateway.url}/docs`),
      await fetch(`${gateway.url}/openapi.json`, { method: "HEAD" }),
      await fetch(`${gateway.url}/metrics`),
      await fetch(`${gateway.url}/.well-known/jwks.json`),
      await fetch(`${gateway.url}/`, { redirect: "manual" }),
      await fetch(`${gateway.url}/nothing`),
      await fetch(`${gateway.url}/healthz/live`, { method: "DELETE" }),
      await fetch(gateway.url + LIST, {
        method: "OPTIONS",
        headers: { origin: "x", "access-control-request-method": "GET" },
      }),
      await fetch(`${gateway.url}/v1/events`),
      await call("ListSessions"),
      await call("GetSession", { sessionId: SESSION }),
    ];
    for (const { headers } of answers) {
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.has("cross-origin-resource-policy")).toBe(true);
      expect(headers.has("cache-control")).toBe(true);
      expect(headers.get("x-request-id") ?? "preflight").toMatch(/^([0-9a-f-]{36}|preflight)$/);
    }
    expect(answers.at(-1)?.headers.get("cache-control")).toBe("no-store");
  });

  test("keep a caller's request id where it is one", async () => {
    const idFor = async (id: string) =>
      (await fetch(`${gateway.url}/healthz/live`, { headers: { "x-request-id": id } })).headers.get("x-request-id");
    expect(await idFor("trace-12345678")).toBe("trace-12345678");
    for (const id of ["short", "x".repeat(65), "with space 123", "<script>alert</script>"])
      expect(await idFor(id)).not.toBe(id);
  });

  test("to a GET are those to the POST, for calls without side effects", async () => {
    const message = Buffer.from("{}").toString("base64url");
    for (const query of [
      "encoding=json&message=%7B%7D",
      `encoding=json&base64=1&message=${message}`,
      "connect=v1&encoding=json&message=%7B%7D",
    ]) {
      const response = await fetch(`${gateway.url}${LIST}?${query}`, { headers: GOOD });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ sessions: [{ sessionId: SESSION }] });
    }
    const proto = await fetch(`${gateway.url}${LIST}?encoding=proto&message=`, { headers: GOOD });
    expect(proto.headers.get("content-type")).toBe("application/proto");
    const writing = await fetch(
      `${gateway.url}/gigtrail.ingest.v1.IngestService/DeleteSession?encoding=json&message=%7B%7D`,
      { headers: GOOD },
    );
    expect([writing.status, reasonOfAnswer(writing)]).toEqual([405, "method_not_allowed"]);
  });

  test("tell nothing of what went wrong inside", async () => {
    const broken = await call("GetSession", { sessionId: SESSION });
    expect([broken.status, reasonOfAnswer(broken)]).toEqual([500, "internal"]);
    expect(await broken.text()).not.toMatch(/sam@|duplicate|\.ts/);
    const away = await call("GetUploadState", { sessionId: SESSION });
    expect([away.status, reasonOfAnswer(away)]).toEqual([503, "unavailable"]);
    expect(await away.text()).not.toContain("10.1.2.3");
  });

  test("tell when to come back", async () => {
    const busy = await call("DeleteSession", { sessionId: SESSION });
    expect([busy.status, reasonOfAnswer(busy), busy.headers.get("retry-after")]).toEqual([429, "server_busy", "2"]);
  });

  test("to health checks say whether calls can be served, and not why not", async () => {
    expect((await fetch(`${gateway.url}/healthz/live`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/healthz/ready`)).status).toBe(200);
    ready = false;
    const response = await fetch(`${gateway.url}/healthz/ready`);
    ready = true;
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("secret");
  });

  test("to Prometheus count refusals by reason, and hold no ids", async () => {
    const count = async (reason: string) => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(text).not.toContain(SESSION);
      return Number(
        new RegExp(`^gigtrail_refusals_total\\{.*reason="${reason}".*\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0,
      );
    };
    const reasons = [
      "route_not_found",
      "token_invalid",
      "request_invalid",
      "content_type_unsupported",
      "server_busy",
      "body_invalid",
    ];
    const before = await Promise.all(reasons.map(count));
    await fetch(`${gateway.url}/nothing/${SESSION}`);
    await fetch(gateway.url + LIST, {
      method: "POST",
      headers: { authorization: "Bearer x", "content-type": "application/json" },
      body: "{}",
    });
    await fetch(`${gateway.url}/v1/sessions/${SESSION}/tabs/${SESSION}/chunks/0`, {
      method: "PUT",
      headers: { ...GOOD, "x-gigtrail-event-count": "x" },
      body: "[]",
    });
    await fetch(gateway.url + LIST, { method: "POST", headers: { ...GOOD, "content-type": "text/plain" }, body: "{}" });
    await call("DeleteSession", { sessionId: SESSION });
    await fetch(gateway.url + LIST, {
      method: "POST",
      headers: { ...GOOD, "content-type": "application/json" },
      body: "{",
    });
    const after = await Promise.all(reasons.map(count));
    expect(after.map((total, at) => total - (before[at] ?? 0))).toEqual(reasons.map(() => 1));
  });

  test("describe the API, and are not sent again to who has them", async () => {
    for (const [path, type] of [
      ["/openapi.json", "application/json"],
      ["/docs", "text/html; charset=utf-8"],
    ] as const) {
      const response = await fetch(gateway.url + path);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
      const etag = response.headers.get("etag") ?? "";
      const again = await fetch(gateway.url + path, { headers: { "if-none-match": etag } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    expect((await (await fetch(`${gateway.url}/openapi.json`)).json()).openapi).toStartWith("3.1");
    const root = await fetch(`${gateway.url}/`, { redirect: "manual" });
    expect([root.status, root.headers.get("location")]).toEqual([302, "/docs"]);
  });

  test("give the public keys", async () => {
    const response = await fetch(`${gateway.url}/.well-known/jwks.json`);
    expect([response.headers.get("content-type"), await response.json()]).toEqual(["application/json", { keys: [] }]);
  });
});
