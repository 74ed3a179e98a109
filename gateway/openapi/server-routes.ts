import { curlPlain } from "./curl.ts";
import type { MediaType, Operation, PathItem, ResponseObject, Schema } from "./model.ts";

/** The tag of these routes. */
export const SERVER_TAG = "Server";

interface ServerRoute {
  path: string;
  name: string;
  summary: string;
  description: string;
  /** Content type of the answer and the schema of its body. */
  contentType: string;
  schema: Schema;
  /** Answers beside 200. */
  more?: Record<string, ResponseObject>;
}

const TEXT: Schema = { type: "string" };

const ROUTES: ServerRoute[] = [
  {
    path: "/.well-known/jwks.json",
    name: "Jwks",
    summary: "The public keys that access tokens are verified with",
    description: "A JSON Web Key Set (RFC 7517).",
    contentType: "application/json",
    schema: {
      type: "object",
      required: ["keys"],
      properties: {
        keys: {
          description: "The keys (RFC 8037: `kty` is OKP, `crv` is Ed25519).",
          type: "array",
          items: { type: "object", required: ["kty"], properties: { kty: TEXT }, additionalProperties: true },
        },
      },
    },
  },
  {
    path: "/healthz/live",
    name: "Live",
    summary: "Whether the process runs",
    description: "Says nothing about what it depends on; a process that does not answer should be started again.",
    contentType: "text/plain",
    schema: TEXT,
  },
  {
    path: "/healthz/ready",
    name: "Ready",
    summary: "Whether the gateway can serve calls",
    description: "A process that is not ready should get no calls, and needs no restart.",
    contentType: "text/plain",
    schema: TEXT,
    more: { "503": { description: "Not ready; the log says why.", content: { "text/plain": { schema: TEXT } } } },
  },
  {
    path: "/metrics",
    name: "Metrics",
    summary: "Counters and timings for Prometheus",
    description: "The text format of Prometheus.",
    contentType: "text/plain",
    schema: TEXT,
  },
  {
    path: "/openapi.json",
    name: "OpenApi",
    summary: "This description as OpenAPI 3.1",
    description: "Made from the contract that the running gateway serves.",
    contentType: "application/json",
    schema: { type: "object", additionalProperties: true },
  },
  {
    path: "/docs",
    name: "Docs",
    summary: "This description as a page to read",
    description: "One page without scripts; nothing is loaded from elsewhere.",
    contentType: "text/html",
    schema: TEXT,
  },
];

/** The routes about the server itself: keys, health, metrics and this documentation. All are open to anyone. */
export function serverRoutes(): Record<string, PathItem> {
  return Object.fromEntries(ROUTES.map((route) => [route.path, { get: operation(route) }]));
}

function operation(route: ServerRoute): Operation {
  const content: Record<string, MediaType> = { [route.contentType]: { schema: route.schema } };
  return {
    operationId: `server.${route.name}`,
    tags: [SERVER_TAG],
    summary: route.summary,
    description: route.description,
    responses: { "200": { description: route.summary, content }, ...route.more },
    security: [],
    "x-gigtrail-access": "Anyone; no token is asked for.",
    "x-gigtrail-reasons": [],
    "x-codeSamples": [curlPlain({ path: route.path, withToken: false })],
  };
}
