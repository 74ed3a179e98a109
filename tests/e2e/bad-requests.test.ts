import { beforeAll, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { newId } from "@gigtrail/platform/ids";
import { chunkHeaders, chunkOf, chunkPath, newPlace, putRaw } from "./support/chunks.ts";
import { describeBothWays } from "./support/modes.ts";
import { type Member, signUp } from "./support/people.ts";
import { exchange, head } from "./support/raw-socket.ts";
import { ask, callJson, expectRefusal } from "./support/request.ts";
import { moves, recordSession } from "./support/sessions.ts";
import { callStream, envelope } from "./support/stream-call.ts";

const LIST = "ingest.v1.IngestService/ListSessions";
const READ = "ingest.v1.IngestService/ReadEvents";

describeBothWays("a request that", (system) => {
  let member: Member;
  let token: string;
  beforeAll(async () => {
    member = await signUp(system().url);
    token = member.accessToken;
  });

  const call = (rpc: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    callJson(system().url, rpc, {}, { token, body, headers });
  const authorized = () => ({ authorization: `Bearer ${token}` });

  test("asks for what there is not is told so", async () => {
    const { url } = system();
    for (const path of [
      "/nothing",
      "/v1/events/",
      "/v1/sessions/x",
      "/v1/",
      "/healthz",
      "/%2e%2e/etc/passwd",
      "/constructor",
    ]) {
      expectRefusal(await ask(url + path, { token }), "route_not_found", 404);
    }
    for (const rpc of ["ingest.v1.IngestService/StealSession", "ingest.v2.IngestService/PutChunk", "x/y"]) {
      expectRefusal(await call(rpc, "{}"), "rpc_unknown", 404);
    }
    // In the contract, but for services alone.
    expectRefusal(await call("ingest.v1.IngestService/ListChanges", "{}"), "rpc_unknown", 404);
    expectRefusal(await call("auth.v1.AuthService/IssueServiceToken", "{}"), "rpc_unknown", 404);
  });

  test("uses a method that an address does not take is told which it takes", async () => {
    const { url } = system();
    const cases = [
      ["DELETE", `/gigtrail.${LIST}`, "GET, POST"],
      ["GET", "/gigtrail.ingest.v1.IngestService/DeleteSession", "POST"],
      ["GET", `/gigtrail.${READ}`, "POST"],
      ["PUT", "/gigtrail.ingest.v1.IngestService/CreateSession", "POST"],
      ["POST", chunkPath(newPlace(), 0), "PUT"],
      ["POST", "/v1/events", "GET"],
      ["DELETE", `/v1/exports/${newId()}/file`, "GET, HEAD"],
      ["POST", "/healthz/ready", "GET, HEAD"],
      ["OPTIONS", "/docs", "GET, HEAD"],
    ] as const;
    for (const [method, path, allow] of cases) {
      const answer = await ask(url + path, { method, token, headers: { "content-type": "application/json" } });
      expectRefusal(answer, "method_not_allowed", 405);
      expect(answer.headers.get("allow")).toBe(allow);
    }
    for (const method of ["TRACE", "CONNECT", "BREW"]) {
      const answer = await exchange(url, head(method, "/v1/events", { ...authorized(), connection: "close" }));
      // Bun hangs up on a method that it has never heard of.
      expect(answer.status === 0 || answer.status === 405).toBe(true);
      expect(answer.text).not.toContain(token);
    }
  });

  test("has a body that cannot be read is refused for that", async () => {
    for (const body of [
      "",
      "{",
      '{"pageSize":',
      "[]",
      "null",
      '"x"',
      '{"pageSize":"many"}',
      '{"pageSize":1e99}',
      '{"filter":7}',
      "\u0000",
    ]) {
      expectRefusal(await call(LIST, body), "body_invalid", 400);
    }
    const binary = { "content-type": "application/proto" };
    expectRefusal(await call(LIST, new Uint8Array([0xff, 0xff, 0xff]), binary), "body_invalid", 400);
    expectRefusal(await call(LIST, new Uint8Array([0x08, 0x80]), binary), "body_invalid", 400);
    const got = await ask(`${system().url}/gigtrail.${LIST}?encoding=json&message=%7B`, { token });
    expectRefusal(got, "body_invalid", 400);
  });

  test("has fields that break their rules is refused for that", async () => {
    for (const message of [
      { pageSize: -1 },
      { pageSize: 1001 },
      { filter: { state: 99 } },
      { filter: { userId: "me" } },
      { pageToken: "x".repeat(501) },
    ]) {
      expectRefusal(await call(LIST, JSON.stringify(message)), "request_invalid", 400);
    }
    for (const rpc of ["GetSession", "GetUploadState", "DeleteSession", "CreateSession", "FinishSession"]) {
      for (const sessionId of ["", "7", "../x", "g".repeat(36), `${newId()} `, "'; drop table sessions; --"]) {
        expectRefusal(
          await call(`ingest.v1.IngestService/${rpc}`, JSON.stringify({ sessionId })),
          "request_invalid",
          400,
        );
      }
    }
    expectRefusal(
      await call(
        "ingest.v1.IngestService/CreateSession",
        JSON.stringify({ sessionId: newId(), displayName: "x".repeat(201) }),
      ),
      "request_invalid",
      400,
    );
  });

  test("has a name with characters that no database can keep loses nothing else", async () => {
    const message = JSON.stringify({ sessionId: newId(), displayName: "a\u0000b \ud800 c" });
    const answer = await call("ingest.v1.IngestService/CreateSession", message);
    expect(answer.status).toBeLessThan(500);
  });

  test("has a page token of its own making is refused for that", async () => {
    const tokenOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const ids = [newId(), newId()];
    const made = [
      "garbage",
      "%%%",
      tokenOf({}),
      tokenOf([]),
      tokenOf([1]),
      tokenOf([1, 2, 3]),
      tokenOf(["x", "y"]),
      tokenOf(["1e9", ids[0]]),
      tokenOf(["99999999999999999999999999", ids[0]]),
      tokenOf([1e300, ids[0]]),
      tokenOf(["1", "not-an-id"]),
      tokenOf([-1, "\u0000"]),
      tokenOf([null, ids[1]]),
      tokenOf(["\u0000", ids[1]]),
      tokenOf([ids[0], 1e12]),
      tokenOf([ids[0], 0.5]),
    ];
    for (const rpc of [
      LIST,
      "analysis.v1.AnalysisService/ListVisits",
      "analysis.v1.AnalysisService/ListSeenJobs",
      "export.v1.ExportService/ListExports",
    ]) {
      for (const pageToken of made) {
        const answer = await call(rpc, JSON.stringify({ pageToken }));
        // A token may happen to be one: then it leads to a page like any other.
        if (answer.status !== 200) expectRefusal(answer, "page_token_invalid", 400);
      }
      expectRefusal(await call(rpc, JSON.stringify({ pageToken: "garbage" })), "page_token_invalid", 400);
    }
  });

  test("comes in a form that nobody reads is refused for that", async () => {
    for (const type of [
      "text/plain",
      "application/xml",
      "application/json; charset=latin1",
      "application/grpc",
      "application/grpc-web+proto",
      "multipart/form-data; boundary=x",
      "",
    ]) {
      expectRefusal(await call(LIST, "{}", { "content-type": type }), "content_type_unsupported", 415);
    }
    const packed = new Uint8Array(gzipSync("{}"));
    expectRefusal(await call(LIST, packed, { "content-encoding": "gzip" }), "content_type_unsupported", 415);
    expectRefusal(await call(LIST, packed, { "content-encoding": "x" }), "content_type_unsupported", 415);
    // A stream's form for a call that is none, and the other way round.
    expectRefusal(
      await call(LIST, envelope("{}"), { "content-type": "application/connect+json" }),
      "content_type_unsupported",
      415,
    );
    expectRefusal(await call(READ, "{}"), "content_type_unsupported", 415);
  });

  test("opens a stream in a way that cannot be read is refused for that", async () => {
    const { url } = system();
    const stream = (body: Uint8Array<ArrayBuffer>, more = {}) =>
      callStream(url, READ, body, { ...authorized(), ...more });
    const reasons = [
      await stream(envelope("{")),
      await stream(envelope("[]")),
      await stream(envelope("{}").subarray(0, 3)),
      await stream(new Uint8Array()),
      await stream(envelope("{}").subarray(0, 6)),
      await stream(new Uint8Array(await new Blob([envelope("{}"), envelope("{}")]).arrayBuffer())),
    ].map(({ reason }) => reason);
    expect(reasons).toEqual(Array(6).fill("body_invalid"));
    const packed = envelope(new Uint8Array(gzipSync("{}")), 1);
    expect((await stream(packed, { "connect-content-encoding": "gzip" })).reason).toBe("content_type_unsupported");
    expect((await stream(packed)).reason).toBe("body_invalid");
    const binary = { "content-type": "application/connect+proto" };
    expect((await stream(envelope(new Uint8Array([0xff, 0xff])), binary)).text).toContain("body_invalid");
    const large = envelope(JSON.stringify({ x: "y".repeat(1024 * 1024) }));
    expect((await stream(large)).reason).toBe("request_too_large");
    expect((await stream(envelope("{}"))).reason).toBe("request_invalid");
    expect((await stream(envelope(JSON.stringify({ sessionId: newId() })))).reason).toBe("session_not_found");
    expect((await stream(envelope(JSON.stringify({ sessionId: newId(), order: 9 })))).reason).toBe("request_invalid");
  });

  test("states a deadline that cannot be read, or has passed, gets no 5xx of ours", async () => {
    expectRefusal(await call(LIST, "{}", { "connect-timeout-ms": "soon" }), "body_invalid", 400);
    expect((await call(LIST, "{}", { "connect-timeout-ms": "0" })).headers.get("x-gigtrail-reason")).toBe(
      "deadline_exceeded",
    );
    expect((await call(LIST, "{}", { "connect-timeout-ms": "9999999" })).status).toBe(200);
  });

  test("declares more than is taken is refused before it is sent", async () => {
    const { url } = system();
    const declared = async (method: string, path: string, bytes: number) => {
      const headers = { ...authorized(), "content-type": "application/json", "content-length": bytes };
      return exchange(url, head(method, path, headers));
    };
    const chunk = await declared("PUT", chunkPath(newPlace(), 0), 32 * 1024 * 1024 + 1);
    expect(chunk.text).toContain("x-gigtrail-reason: payload_too_large");
    const large = await declared("PUT", chunkPath(newPlace(), 0), 1e15);
    expect(large.text).toContain("x-gigtrail-reason: payload_too_large");
    const message = await declared("POST", "/gigtrail.ingest.v1.IngestService/PutChunk", 60_000_000);
    expect(message.text).toContain("x-gigtrail-reason: payload_too_large");
    const list = await declared("POST", `/gigtrail.${LIST}`, 1024 * 1024 + 1);
    expect(list.text).toContain("x-gigtrail-reason: request_too_large");
    const events = await declared("GET", "/v1/events", 10);
    expect(events.status).toBeLessThan(500);
    expectRefusal(await call(LIST, JSON.stringify({ x: "y".repeat(1024 * 1024) })), "request_too_large", 429);
  });

  test("sends more than is taken without having said so is stopped", async () => {
    const { url } = system();
    const part = Buffer.concat([Buffer.from("100000\r\n"), Buffer.alloc(0x100000, 0x20), Buffer.from("\r\n")]);
    const headers = { ...authorized(), ...chunkHeaders(chunkOf(0, moves(1))), "transfer-encoding": "chunked" };
    const chunk = await exchange(
      url,
      head("PUT", chunkPath(newPlace(), 0), headers),
      ...Array<Buffer>(34).fill(part),
      "0\r\n\r\n",
    );
    expect(chunk.text).toContain("x-gigtrail-reason: payload_too_large");
    const json = { ...authorized(), "content-type": "application/json", "transfer-encoding": "chunked" };
    const list = await exchange(url, head("POST", `/gigtrail.${LIST}`, json), part, part, "0\r\n\r\n");
    expect(list.text).toContain("x-gigtrail-reason: request_too_large");
  });

  test("is a chunk without a declared length is taken", async () => {
    const { url } = system();
    const { sessionId, tabId } = newPlace();
    await member.ingest.createSession({ sessionId });
    const chunk = chunkOf(0, moves(2));
    const headers = { ...authorized(), ...chunkHeaders(chunk), "transfer-encoding": "chunked" };
    const framed = [`${chunk.payload.length.toString(16)}\r\n`, chunk.payload, "\r\n0\r\n\r\n"];
    const answer = await exchange(url, head("PUT", chunkPath({ sessionId, tabId }, 0), headers), ...framed);
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining("OUTCOME_STORED") });
  });

  test("is no HTTP is refused, and the next one is served", async () => {
    const { url } = system();
    for (const garbage of [
      "\u0016\u0003\u0001\u0002\u0000\u0001",
      "hello\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET /\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: ten\r\n\r\n",
      "GET / HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\r\nno colon here\r\n\r\n",
      `GET /${"x".repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(40_000)}\r\n\r\n`,
      "GET /nothing HTTP/1.1\r\nhost: [not a host\r\nconnection: close\r\n\r\n",
      "GET /nothing HTTP/1.1\r\nconnection: close\r\n\r\n",
    ]) {
      const { status } = await exchange(url, garbage);
      // 505: HTTP's own word for a version that there is not.
      expect(status === 0 || (status >= 400 && status < 500) || status === 505).toBe(true);
    }
    expect((await ask(`${url}/healthz/live`)).status).toBe(200);
    const { sessionId, tabId } = await recordSession(member);
    expect((await putRaw(url, token, { sessionId, tabId }, chunkOf(2, moves(1)))).status).toBe(200);
  });
});
