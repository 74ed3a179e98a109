import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { loadConfig } from "@gigtrail/platform/config";
import { gatewayConfig } from "../config.ts";
import { GOOD, startTestGateway, type TestGateway } from "./support/gateway.ts";

const LISTED = `chrome-extension://${"a".repeat(32)}`;
const OTHERS = [
  `chrome-extension://${"b".repeat(32)}`,
  `${LISTED}.evil.example`,
  `${LISTED}/`,
  "https://www.upwork.com",
  "http://127.0.0.1:8080",
  "null",
  "",
];

describe("another origin's script", () => {
  let gateway: TestGateway;
  beforeAll(() => {
    gateway = startTestGateway({ env: { ALLOWED_ORIGINS: LISTED } });
  });
  afterAll(() => gateway.stop());

  const preflight = (origin: string) =>
    fetch(`${gateway.url}/gigtrail.ingest.v1.IngestService/PutChunk`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "authorization" },
    });
  const read = (origin: string, path: string) => fetch(gateway.url + path, { headers: { origin, ...GOOD } });

  test("may call from an extension that is listed", async () => {
    const response = await preflight(LISTED);
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe(LISTED);
    expect(response.headers.get("access-control-allow-methods")).toContain("PUT");
    const allowed = response.headers.get("access-control-allow-headers") ?? "";
    for (const name of [
      "authorization",
      "content-encoding",
      "content-type",
      "x-gigtrail-sha256",
      "x-gigtrail-event-count",
    ]) {
      expect(allowed.split(", ")).toContain(name);
    }
  });

  test("may read every answer from an extension that is listed, refusals too", async () => {
    for (const path of ["/healthz/live", "/nothing", "/gigtrail.ingest.v1.IngestService/PutChunk"]) {
      const response = await read(LISTED, path);
      expect(response.headers.get("access-control-allow-origin")).toBe(LISTED);
      expect(response.headers.get("access-control-expose-headers")).toContain("x-gigtrail-reason");
      expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(response.headers.get("vary")).toContain("origin");
    }
  });

  test("gets no permission from anywhere else", async () => {
    for (const origin of OTHERS) {
      for (const response of [
        await preflight(origin),
        await read(origin, "/healthz/live"),
        await read(origin, "/nothing"),
      ]) {
        expect(response.headers.has("access-control-allow-origin")).toBe(false);
        expect(response.headers.has("access-control-allow-headers")).toBe(false);
        expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
      }
    }
  });

  test("never gets cookies along", async () => {
    for (const response of [await preflight(LISTED), await read(LISTED, "/healthz/live")]) {
      expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    }
  });

  test("is nobody's unless the configuration names an extension", () => {
    for (const origin of ["*", "https://example.com", `chrome-extension://${"z".repeat(32)}`, `${LISTED},http://a.b`]) {
      expect(() => loadConfig(gatewayConfig, { ALLOWED_ORIGINS: origin })).toThrow(/ALLOWED_ORIGINS/);
    }
    expect(loadConfig(gatewayConfig, {}).ALLOWED_ORIGINS).toEqual([]);
  });
});
