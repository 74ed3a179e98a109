import { expect, test } from "bun:test";
import { connect } from "node:net";
import { eventually } from "@gigtrail/test-servers/eventually";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { GOOD, startTestGateway, type TestGateway } from "./support/gateway.ts";

const SERVICE = "/gigtrail.ingest.v1.IngestService";

/** Sends the beginning of a request and hangs up. */
function hangUp(url: string, method: string, path: string, type: string, body: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const head = [
    `${method} ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    `authorization: ${GOOD.authorization}`,
    `content-type: ${type}`,
    "content-length: 1000",
  ];
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on("close", () => resolve());
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`, () => setTimeout(() => socket.destroy(), 100));
  });
}

const REQUESTS: readonly (readonly [name: string, method: string, path: string, type: string, body: string])[] = [
  ["a call", "POST", `${SERVICE}/PutChunk`, "application/json", '{"sessionId":'],
  ["a stream", "POST", `${SERVICE}/ReadEvents`, "application/connect+json", "\0\0\0\0\u0080{"],
  [
    "a raw chunk",
    "PUT",
    "/v1/sessions/01a20000-0000-7000-8000-00000000000a/tabs/01a20000-0000-7000-8000-00000000000b/chunks/0",
    "application/json",
    "[{",
  ],
];

test.each(REQUESTS)(
  "%s whose client hangs up in the middle is no fault of the server's",
  async (_, method, path, type, body) => {
    await using gateway = startTestGateway();
    await hangUp(gateway.url, method, path, type, body);
    const counted = await refusals(gateway);
    expect(counted).toContain('reason="body_truncated"');
    expect(counted).not.toContain('reason="internal"');
  },
);

test("a stream whose reader hangs up is no fault of the server's", async () => {
  const data = new Uint8Array(64 * 1024);
  await using gateway = startTestGateway({
    services: (router) => {
      router.service(IngestService, {
        async *readEvents(_request, { signal }) {
          while (!signal.aborted) yield { data };
        },
      });
    },
  });
  const body = Buffer.from("\0\0\0\0\u0036" + JSON.stringify({ sessionId: "01a20000-0000-7000-8000-00000000000a" }));
  const reading = new AbortController();
  const response = await fetch(`${gateway.url}${SERVICE}/ReadEvents`, {
    method: "POST",
    headers: { ...GOOD, "content-type": "application/connect+json" },
    body,
    signal: reading.signal,
  });
  await response.body?.getReader().read();
  reading.abort();
  expect(await refusals(gateway)).not.toContain('reason="internal"');
});

/** The counts of refused calls, once there is one. */
function refusals(gateway: TestGateway): Promise<string> {
  return eventually(async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const lines = text.split("\n").filter((line) => line.includes('reason="'));
    expect(lines).not.toEqual([]);
    return lines.join("\n");
  });
}
