import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromJson, fromJsonString } from "@bufbuild/protobuf";
import { METHODS, OPERATIONS } from "./api.ts";

interface Received {
  method: string;
  url: URL;
  headers: Headers;
  body: Uint8Array;
}

const TOKEN = "ey.example.token";
const samples = OPERATIONS.flatMap((located) =>
  located.operation["x-codeSamples"].map(({ source }) => [located.operation.operationId, source, located] as const),
);
let received: Received[] = [];
let folder: string;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { method, headers } = request;
    received.push({ method, headers, url: new URL(request.url), body: await request.bytes() });
    return Response.json({});
  },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gigtrail-curl-"));
});

afterAll(async () => {
  await server.stop(true);
  await rm(folder, { recursive: true, force: true });
});

/** Runs a sample as a reader would: in a shell, with the two variables set. */
async function run(source: string): Promise<Received> {
  received = [];
  const env = { PATH: process.env["PATH"], GIGTRAIL_URL: `http://127.0.0.1:${server.port}`, TOKEN, NO_PROXY: "*" };
  const shell = Bun.spawn(["sh", "-c", source], { cwd: folder, env, stdout: "ignore", stderr: "pipe" });
  const stderr = await new Response(shell.stderr).text();
  expect([await shell.exited, stderr.match(/curl: .*/)?.[0]]).toEqual([0, undefined]);
  const [request] = received;
  if (request === undefined || received.length > 1) throw new Error(`${received.length} requests instead of one`);
  return request;
}

test.skipIf(Bun.which("curl") === null).each(samples)(
  "the command of %s makes the call",
  async (_, source, located) => {
    const request = await run(source);
    expect(request.method).toBe(located.httpMethod);
    expect(request.url.pathname).toMatch(new RegExp(`^${located.path.replaceAll(/\{\w+\}/g, "[0-9a-f-]+")}$`));
    const token = request.headers.get("authorization");
    expect(token).toBe(located.operation.security.length > 0 ? `Bearer ${TOKEN}` : null);
    const method = METHODS.find(({ parent, name }) => located.path === `/${parent.typeName}/${name}`);
    if (method === undefined) return;
    if (request.method === "GET") {
      const query = request.url.searchParams;
      expect([query.get("connect"), query.get("encoding")]).toEqual(["v1", "json"]);
      fromJsonString(method.input, query.get("message") ?? "");
    } else if (method.methodKind === "unary") {
      expect(request.headers.get("content-type")).toBe("application/json");
      fromJson(method.input, JSON.parse(Buffer.from(request.body).toString()));
    } else {
      const envelope = Buffer.from(request.body);
      expect(request.headers.get("content-type")).toBe("application/connect+json");
      expect([envelope[0], envelope.readUInt32BE(1)]).toEqual([0, envelope.length - 5]);
      fromJsonString(method.input, envelope.subarray(5).toString());
    }
  },
);

test.skipIf(Bun.which("curl") === null)("the command of the raw chunk sends what its headers say", async () => {
  const [, source] = samples.find(([id]) => id === "http.PutChunk") ?? [];
  const { headers, body } = await run(source ?? "");
  const events = Bun.gunzipSync(new Uint8Array(body));
  expect(headers.get("content-encoding")).toBe("gzip");
  expect(headers.get("x-gigtrail-sha256")).toBe(new Bun.CryptoHasher("sha256").update(events).digest("hex"));
  expect(headers.get("x-gigtrail-event-count")).toBe(String(JSON.parse(Buffer.from(events).toString()).length));
});
