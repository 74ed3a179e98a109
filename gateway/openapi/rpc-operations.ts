import type { DescMethod } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import type { Reason } from "@gigtrail/platform/reasons";
import { accessOf, accessSentence, securityOf } from "./access.ts";
import { commentOf, firstSentence } from "./comments.ts";
import { type CurlCall, curlGet, curlPost, curlStream } from "./curl.ts";
import { commonReasons, END_STREAM_SCHEMA, errorResponse, errorResponses, reasonsIn } from "./errors.ts";
import { exampleRequest } from "./examples.ts";
import type { Operation, Parameter, PathItem } from "./model.ts";
import { refTo, type Schemas } from "./schemas.ts";

const JSON_TYPE = "application/json";
const STREAM_TYPE = "application/connect+json";

const TIMEOUT: Parameter = {
  name: "connect-timeout-ms",
  in: "header",
  description: "How long the caller waits, in milliseconds; the server gives up after it with `deadline_exceeded`.",
  schema: { type: "integer", minimum: 0, maximum: 9_999_999_999 },
};

/** Where an RPC is served. */
export function rpcPath(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/**
 * An RPC as the Connect protocol serves it: POST with JSON, as GET too where it has no side effects, and as enveloped
 * messages where it streams. Calls with a stream of requests are not documented; HTTP/1.1 does not carry them.
 */
export function rpcPathItem(method: DescMethod, schemas: Schemas): PathItem {
  switch (method.methodKind) {
    case "server_streaming":
      return { post: streamOperation(method, schemas) };
    case "unary":
      if (method.idempotency !== Idempotency.NO_SIDE_EFFECTS) return { post: postOperation(method, schemas) };
      return { get: getOperation(method, schemas), post: postOperation(method, schemas) };
    default:
      throw new Error(`openapi: ${method.parent.typeName}.${method.name} streams its requests`);
  }
}

function postOperation(method: DescMethod, schemas: Schemas): Operation {
  const example = exampleRequest(method.input);
  return {
    ...common(method),
    parameters: [TIMEOUT],
    requestBody: {
      required: true,
      content: { [JSON_TYPE]: { schema: schemas.message(method.input), example } },
    },
    responses: unaryResponses(method, schemas),
    "x-codeSamples": [curlPost(curlCall(method), example)],
  };
}

function getOperation(method: DescMethod, schemas: Schemas): Operation {
  const example = exampleRequest(method.input);
  const shared = common(method);
  return {
    ...shared,
    operationId: `${shared.operationId}.get`,
    parameters: [
      { name: "connect", in: "query", description: "The protocol's version.", schema: { type: "string", const: "v1" } },
      {
        name: "encoding",
        in: "query",
        description: "How the message is written.",
        required: true,
        schema: { type: "string", const: "json" },
      },
      {
        name: "message",
        in: "query",
        description: "The request as JSON, percent-encoded.",
        required: true,
        content: { [JSON_TYPE]: { schema: schemas.message(method.input), example } },
      },
      TIMEOUT,
    ],
    responses: unaryResponses(method, schemas),
    "x-codeSamples": [curlGet(curlCall(method), example)],
  };
}

function streamOperation(method: DescMethod, schemas: Schemas): Operation {
  const example = exampleRequest(method.input);
  const reasons = ownReasons(method);
  const message = schemas.message(method.output);
  return {
    ...common(method),
    parameters: [TIMEOUT],
    requestBody: {
      description: "One envelope with the request: a byte of flags (0), the length as 4 bytes big-endian, the JSON.",
      required: true,
      content: { [STREAM_TYPE]: { schema: schemas.message(method.input), example } },
    },
    responses: {
      "200": {
        description:
          "Envelopes, each a byte of flags, the length as 4 bytes big-endian, and JSON. Each is a message of the stream, " +
          "but for the last: its flags have bit 1 (value 2) set, and it holds the error where there is one. A stream " +
          `answers 200 even then. It may end with: ${list([...reasons, ...commonReasons(!accessOf(method).anyone)])}.`,
        content: { [STREAM_TYPE]: { schema: { anyOf: [message, refTo(END_STREAM_SCHEMA)] } } },
      },
      default: errorResponse("Refused before the stream began."),
    },
    "x-gigtrail-stream": true,
    "x-codeSamples": [curlStream(curlCall(method), example)],
  };
}

type Common = Omit<Operation, "responses" | "x-codeSamples">;

function common(method: DescMethod): Common {
  const rule = accessOf(method);
  const description = commentOf(method);
  return {
    operationId: `${method.parent.typeName}.${method.name}`,
    tags: [method.parent.name],
    summary: firstSentence(description),
    description,
    security: securityOf(rule),
    "x-gigtrail-access": accessSentence(rule),
    "x-gigtrail-reasons": ownReasons(method),
  };
}

function unaryResponses(method: DescMethod, schemas: Schemas): Operation["responses"] {
  return {
    "200": {
      description: commentOf(method.output),
      content: { [JSON_TYPE]: { schema: schemas.message(method.output) } },
    },
    ...errorResponses([...ownReasons(method), ...commonReasons(!accessOf(method).anyone)]),
  };
}

/** The reasons that a method's comment names, or those of the call that it points to ("Errors: as GetAnalysis"). */
export function ownReasons(method: DescMethod): Reason[] {
  const comment = commentOf(method);
  const other = /Errors: as (\w+)/.exec(comment)?.[1];
  const target = method.parent.methods.find(({ name }) => name === other);
  return [...new Set([...reasonsIn(comment), ...(target === undefined ? [] : ownReasons(target))])];
}

function curlCall(method: DescMethod): CurlCall {
  return { path: rpcPath(method), withToken: !accessOf(method).anyone };
}

function list(reasons: Reason[]): string {
  return [...new Set(reasons)].map((reason) => `\`${reason}\``).join(", ");
}
