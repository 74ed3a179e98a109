import { createClient } from "@connectrpc/connect";
import { readyResponse } from "@gigtrail/platform/serve-admin";
import { AuthService } from "@gigtrail/proto/gen/gigtrail/auth/v1/auth_service_pb";
import type { GatewayContext } from "../context.ts";
import { PUBLIC_SERVICES } from "../connect/public-services.ts";
import { pairPage } from "./pair-page.ts";
import { type ServedPage, servedDocs } from "../openapi/serve.ts";

/** Answers a GET request to one of the server's own addresses. */
export type ServerRoute = (request: Request) => Promise<Response>;

const VERSION = "0.1.0";

/** What the server says of itself: keys, health, metrics, and the description of its API. */
export function serverRoutes(gateway: GatewayContext): Readonly<Record<string, ServerRoute>> {
  const docs = servedDocs({
    services: PUBLIC_SERVICES.map(({ desc }) => desc),
    title: "Gigtrail",
    version: VERSION,
  });
  const auth = () => createClient(AuthService, gateway.transport("auth"));
  return {
    "/": async () => new Response(null, { status: 302, headers: { location: "/docs" } }),
    "/pair": async () => pairPage(),
    "/docs": async (request) => page(request, docs.docsHtml()),
    "/openapi.json": async (request) => page(request, docs.openApiJson()),
    "/.well-known/jwks.json": async () => {
      const { jwksJson } = await auth().getJwks({});
      return new Response(jwksJson, {
        headers: { "content-type": "application/json", "cache-control": "public, max-age=60" },
      });
    },
    "/healthz/live": async () => new Response("live\n"),
    "/healthz/ready": () => readyResponse(() => gateway.ready()),
    "/metrics": async () =>
      new Response(await gateway.metrics.text(), { headers: { "content-type": "text/plain; version=0.0.4" } }),
  };
}

function page(request: Request, { body, contentType, headers }: ServedPage): Response {
  if (request.headers.get("if-none-match") === headers["etag"]) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "content-type": contentType } });
}
