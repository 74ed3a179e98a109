import type { JsonValue } from "@bufbuild/protobuf";

/** The part of JSON Schema 2020-12 that we write. */
export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  contentEncoding?: string;
  pattern?: string;
  enum?: (string | number)[];
  const?: JsonValue;
  not?: Schema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  minProperties?: number;
  maxProperties?: number;
  additionalProperties?: Schema | boolean;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  /** What each value of `enum` means; a key that Redoc and others show. */
  "x-enumDescriptions"?: Record<string, string>;
}

/** A body of one content type. */
export interface MediaType {
  schema?: Schema;
  example?: JsonValue;
}

/** A parameter in the path, the query or a header. `content` stands in for `schema` where the value is JSON. */
export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  description: string;
  required?: boolean;
  schema?: Schema;
  content?: Record<string, MediaType>;
  example?: JsonValue;
}

/** A header of an answer. */
export interface HeaderObject {
  description: string;
  schema: Schema;
}

/** An answer. */
export interface ResponseObject {
  description: string;
  headers?: Record<string, HeaderObject | { $ref: string }>;
  content?: Record<string, MediaType>;
}

/** A command that makes the call; a key that Redoc and others show. */
export interface CodeSample {
  lang: string;
  label: string;
  source: string;
}

/** One call. The keys with `x-gigtrail-` are ours; /docs is made of them too. */
export interface Operation {
  operationId: string;
  tags: [string];
  summary: string;
  description: string;
  parameters?: Parameter[];
  requestBody?: { description?: string; required: boolean; content: Record<string, MediaType> };
  responses: Record<string, ResponseObject>;
  security: Record<string, string[]>[];
  /** Who may call, as a sentence. */
  "x-gigtrail-access": string;
  /** The reasons that this call in particular is refused with; those of every call are left out. */
  "x-gigtrail-reasons": string[];
  /** The answer is a stream of enveloped messages. */
  "x-gigtrail-stream"?: boolean;
  "x-codeSamples": CodeSample[];
}

/** The calls at one address. */
export interface PathItem {
  get?: Operation;
  put?: Operation;
  post?: Operation;
}

/** The methods that a PathItem may hold, in the order in which they are shown. */
export const HTTP_METHODS = ["post", "put", "get"] as const;

/** An OpenAPI 3.1 document, as far as we write one. It is plain JSON. */
export interface OpenApiDocument {
  openapi: string;
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, PathItem>;
  components: {
    schemas: Record<string, Schema>;
    headers: Record<string, HeaderObject>;
    securitySchemes: Record<string, { type: string; scheme: string; bearerFormat: string; description: string }>;
  };
}
