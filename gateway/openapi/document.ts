import type { DescService } from "@bufbuild/protobuf";
import { BEARER, isPublic } from "./access.ts";
import { commentOf } from "./comments.ts";
import { addErrorSchemas, errorHeaders } from "./errors.ts";
import { HTTP_TAG, httpRoutes } from "./http-routes.ts";
import { introduction } from "./introduction.ts";
import type { OpenApiDocument, PathItem } from "./model.ts";
import { rpcPath, rpcPathItem } from "./rpc-operations.ts";
import { Schemas } from "./schemas.ts";
import { SERVER_TAG, serverRoutes } from "./server-routes.ts";

/** What a document is made of. */
export interface OpenApiOptions {
  /** The services that the gateway serves, in the order in which they are to be read. */
  services: readonly DescService[];
  title: string;
  /** The version of Gigtrail that serves it. */
  version: string;
  /** Where the gateway is reached, as https://host; undefined: wherever the document was read. */
  serverUrl?: string | undefined;
}

/**
 * Describes the gateway as OpenAPI 3.1: every RPC that a person or a device may call, and the plain HTTP routes. Made
 * from the descriptors at run time, so that it cannot fall behind the contract. What only services call is left out.
 */
export function openApiDocument({ services, title, version, serverUrl }: OpenApiOptions): OpenApiDocument {
  const schemas = new Schemas();
  const base = serverUrl?.replace(/\/+$/, "");
  const rpcs = services.flatMap(({ methods }) => methods.filter((method) => isPublic(method)));
  const paths: Record<string, PathItem> = {
    ...Object.fromEntries(rpcs.map((method) => [rpcPath(method), rpcPathItem(method, schemas)])),
    ...httpRoutes(schemas),
    ...serverRoutes(),
  };
  addErrorSchemas(schemas);
  return {
    openapi: "3.1.1",
    info: {
      title,
      version,
      description: introduction(base),
      license: { name: "Apache License 2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: base ?? "/" }],
    tags: [
      ...services
        .filter((service) => service.methods.some((method) => isPublic(method)))
        .map((service) => ({ name: service.name, description: commentOf(service) })),
      { name: HTTP_TAG, description: "What plain HTTP does better than an RPC: raw uploads, event streams, files." },
      { name: SERVER_TAG, description: "The server itself." },
    ],
    paths,
    components: {
      schemas: sorted(schemas.components),
      headers: errorHeaders(),
      securitySchemes: {
        [BEARER]: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "An access token, as Login, RefreshTokens and CompletePairing give it.",
        },
      },
    },
  };
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
