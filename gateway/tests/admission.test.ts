import { describe, expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { reasonOf } from "@gigtrail/platform/errors";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import { IngestService, PutChunkResponse_Outcome } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { ByteBudget } from "../admission/byte-budget.ts";
import { GOOD, reasonOfAnswer, startTestGateway, type TestGateway } from "./support/gateway.ts";

const MIB = 1024 * 1024;
const ID = "01a20000-0000-7000-8000-00000000000a";
const CHUNK = `/v1/sessions/${ID}/tabs/${ID}/chunks/0`;
const PUT_CHUNK = "/gigtrail.ingest.v1.IngestService/PutChunk";
const CHUNK_HEADERS = { ...GOOD, "x-gigtrail-sha256": "0".repeat(64), "x-gigtrail-event-count": "1" };

function startWithServices(env: Record<string, string> = {}): TestGateway {
  return startTestGateway({
    env,
    services: (router) => {
      router.service(IngestService, {
        putChunk: () => ({ outcome: PutChunkResponse_Outcome.STORED }),
        listSessions: () => ({}),
      });
      router.service(AuthService, { login: () => ({}), logout: () => ({}) });
    },
  });
}

/** Begins an upload and sends nothing of its body. */
function beginUpload(url: string, method: string, path: string, headers: Record<string, string | number>): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host: hostname, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  socket.on("error", () => undefined);
  return socket;
}

const putSmall = (url: string) => fetch(url + CHUNK, { method: "PUT", headers: CHUNK_HEADERS, body: "[{}]" });

describe("bodies in hand", () => {
  test("are bounded: when they would be more than 256 MiB, callers are asked to come back", async () => {
    await using gateway = startWithServices();
    const held = Array.from({ length: 8 }, () =>
      beginUpload(gateway.url, "PUT", CHUNK, { ...CHUNK_HEADERS, "content-length": 32 * MIB }),
    );
    await eventually(async () => {
      const refused = await putSmall(gateway.url);
      expect([refused.status, reasonOfAnswer(refused), refused.headers.get("retry-after")]).toEqual([
        429,
        "server_busy",
        "1",
      ]);
    });
    for (const socket of held) socket.destroy();
    await eventually(async () => expect((await putSmall(gateway.url)).status).toBe(200));
  });

  test("are counted by what may come where no length is declared, and let go of when the caller hangs up", async () => {
    await using gateway = startWithServices();
    const json = { ...GOOD, "content-type": "application/json", "transfer-encoding": "chunked" };
    for (let round = 0; round < 2; round += 1) {
      // 4 times 46 MiB and 8 MiB: the three quarters of 256 MiB that one caller may have.
      const held = Array.from({ length: 4 }, () => beginUpload(gateway.url, "POST", PUT_CHUNK, json));
      const last = beginUpload(gateway.url, "PUT", CHUNK, { ...CHUNK_HEADERS, "content-length": 8 * MIB });
      await eventually(async () => expect(reasonOfAnswer(await putSmall(gateway.url))).toBe("server_busy"));
      for (const socket of [...held, last]) socket.destroy();
      await eventually(async () => expect((await putSmall(gateway.url)).status).toBe(200));
    }
  });

  test("are let go of after every answer, refusals too", async () => {
    await using gateway = startWithServices();
    const large = new Uint8Array(20 * MIB);
    for (let times = 0; times < 30; times += 1) {
      const stored = await fetch(gateway.url + CHUNK, { method: "PUT", headers: CHUNK_HEADERS, body: large });
      expect(stored.status).toBe(200);
      const headers = { ...GOOD, "content-type": "application/json" };
      const refused = await fetch(gateway.url + PUT_CHUNK, { method: "POST", headers, body: "{" });
      expect(reasonOfAnswer(refused)).toBe("body_invalid");
    }
  });
});

describe("a byte budget", () => {
  test("gives out what it has, and takes back each share once", () => {
    const budget = new ByteBudget(100);
    const release = budget.reserve(60, "ada");
    expect(() => budget.reserve(41, "bob")).toThrow();
    budget.reserve(40, "bob");
    release();
    release();
    expect(budget.usedBytes).toBe(40);
    let reason;
    try {
      budget.reserve(61, "ada");
    } catch (error) {
      reason = reasonOf(error);
    }
    expect(reason).toBe("server_busy");
  });

  test("gives nobody more than three quarters, so that there is room for others", () => {
    const budget = new ByteBudget(100);
    budget.reserve(75, "bob");
    expect(() => budget.reserve(1, "bob")).toThrow();
    budget.reserve(25, "ada");
    expect(budget.usedBytes).toBe(100);
  });
});

describe("calls from one address", () => {
  const login = (url: string, more: Record<string, string> = {}) =>
    fetch(`${url}/gigtrail.auth.v1.AuthService/Login`, {
      method: "POST",
      headers: { "content-type": "application/json", ...more },
      body: '{"email":"a@example.com","password":"x"}',
    });
  const list = (url: string, headers: Record<string, string>) =>
    fetch(`${url}/gigtrail.ingest.v1.IngestService/ListSessions?encoding=json&message=%7B%7D`, { headers });

  test("without a good token are few: then callers are asked to wait, and others go on", async () => {
    await using gateway = startWithServices({ ADDRESS_ANONYMOUS_CALLS_PER_MINUTE: "4" });
    for (let times = 0; times < 2; times += 1) expect((await login(gateway.url)).status).toBe(200);
    for (const token of ["bad", "old"]) {
      expect((await list(gateway.url, { authorization: `Bearer ${token}` })).status).toBe(401);
    }
    const refused = await login(gateway.url);
    expect([refused.status, reasonOfAnswer(refused)]).toEqual([429, "rate_limited"]);
    const waitS = Number(refused.headers.get("retry-after"));
    expect(waitS).toBeGreaterThan(0);
    expect(waitS).toBeLessThanOrEqual(60);
    expect(reasonOfAnswer(await list(gateway.url, { authorization: "Bearer bad" }))).toBe("rate_limited");
    expect((await list(gateway.url, GOOD)).status).toBe(200);
  });

  test("are bounded in all, whatever they ask for", async () => {
    await using gateway = startWithServices({ ADDRESS_CALLS_PER_MINUTE: "6" });
    const paths = ["/healthz/live", "/nothing", "/docs"];
    for (const path of [...paths, ...paths]) expect((await fetch(gateway.url + path)).status).not.toBe(429);
    for (const path of [...paths, "/v1/events", `/v1/exports/${ID}/file`]) {
      expect(reasonOfAnswer(await fetch(gateway.url + path, { headers: GOOD }))).toBe("rate_limited");
    }
    expect(reasonOfAnswer(await list(gateway.url, GOOD))).toBe("rate_limited");
  });

  test("are counted by the forwarded address behind a proxy of one's own only", async () => {
    const env = { ADDRESS_ANONYMOUS_CALLS_PER_MINUTE: "1" };
    await using open = startWithServices(env);
    expect((await login(open.url, { "x-forwarded-for": "203.0.113.1" })).status).toBe(200);
    expect((await login(open.url, { "x-forwarded-for": "203.0.113.2" })).status).toBe(429);
    await using behind = startWithServices({ ...env, TRUST_FORWARDED_FOR: "true" });
    expect((await login(behind.url, { "x-forwarded-for": "203.0.113.1" })).status).toBe(200);
    expect((await login(behind.url, { "x-forwarded-for": "203.0.113.2" })).status).toBe(200);
    // Only the last entry is the proxy's own; what stands before it is whatever the caller wrote.
    expect((await login(behind.url, { "x-forwarded-for": "198.51.100.7, 203.0.113.1" })).status).toBe(429);
  });
});
