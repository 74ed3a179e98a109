import { codeToHttpStatus, codeToString } from "@connectrpc/connect/protocol-connect";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";
import { REASON_HEADER } from "@gigtrail/platform/errors";
import { REASONS, type Reason } from "@gigtrail/platform/reasons";
import type { HeaderObject, MediaType, ResponseObject, Schema } from "./model.ts";
import { refTo, type Schemas } from "./schemas.ts";

/** Names of the schemas that errors are described with. */
export const ERROR_SCHEMA = "connect.Error";
/** The last envelope of every stream. */
export const END_STREAM_SCHEMA = "connect.EndStream";
/** The word that says why a call was refused. */
export const REASON_SCHEMA = "gigtrail.Reason";

/** Refusals that any call may answer with. */
const EVERY_CALL = [
  "request_invalid",
  "body_invalid",
  "content_type_unsupported",
  "request_too_large",
  "rate_limited",
  "deadline_exceeded",
  "internal",
  "unavailable",
] as const satisfies Reason[];

/** Refusals that any call with a token may answer with. */
const EVERY_TOKEN = [
  "token_missing",
  "token_invalid",
  "token_expired",
  "permission_denied",
] as const satisfies Reason[];

/** An error's reason with what it means on the wire. */
export interface ReasonRow {
  reason: Reason;
  /** HTTP status of the answer. */
  status: number;
  /** Connect's code as it stands in the body. */
  code: string;
  /** What to do about it. */
  sentence: string;
}

/** What a reason means on the wire, by the Connect protocol's table of codes. */
export function reasonRow(reason: Reason): ReasonRow {
  const [code, sentence] = REASONS[reason];
  return { reason, status: codeToHttpStatus(code), code: codeToString(code), sentence };
}

/** Every reason there is, in the order in which they are written down. */
export function allReasons(): ReasonRow[] {
  return Object.keys(REASONS).flatMap((word) => (isReason(word) ? [reasonRow(word)] : []));
}

/** The reasons that a comment names. Words without an underscore are prose. */
export function reasonsIn(comment: string): Reason[] {
  const words = comment.match(/\b[a-z0-9]+(?:_[a-z0-9]+)+\b/g) ?? [];
  return [...new Set(words)].filter((word) => isReason(word));
}

/** The reasons that calls answer with whatever they do. */
export function commonReasons(withToken: boolean): Reason[] {
  return withToken ? [...EVERY_TOKEN, ...EVERY_CALL] : [...EVERY_CALL];
}

/** One answer for each HTTP status that the reasons lead to. */
export function errorResponses(reasons: Iterable<Reason>): Record<string, ResponseObject> {
  const byStatus: Record<string, ResponseObject> = {};
  for (const { reason, status, sentence } of [...new Set(reasons)].map((word) => reasonRow(word))) {
    const line = `- \`${reason}\`: ${sentence}`;
    const before = byStatus[status]?.description;
    byStatus[status] = errorResponse(before === undefined ? line : `${before}\n${line}`);
  }
  return byStatus;
}

/** An answer with an error in its body. */
export function errorResponse(description: string): ResponseObject {
  return {
    description,
    headers: {
      [REASON_HEADER]: { $ref: `#/components/headers/${REASON_HEADER}` },
    },
    content: errorContent(),
  };
}

/** The header that every error has. */
export function errorHeaders(): Record<string, HeaderObject> {
  const description = "The error's reason, for programs that read no bodies.";
  return { [REASON_HEADER]: { description, schema: refTo(REASON_SCHEMA) } };
}

/** The body of every error. */
function errorContent(): Record<string, MediaType> {
  return { "application/json": { schema: refTo(ERROR_SCHEMA) } };
}

/** Adds the schemas of errors: Connect's JSON form with ErrorInfo as its detail, and every reason. */
export function addErrorSchemas(schemas: Schemas): void {
  const { components } = schemas;
  const info = schemas.message(ErrorInfoSchema);
  const { properties } = components[ErrorInfoSchema.typeName] ?? {};
  if (properties) properties["reason"] = { ...refTo(REASON_SCHEMA), description: properties["reason"]?.description };
  const rows = allReasons();
  components[REASON_SCHEMA] = {
    title: "Reason",
    description: "Why a call was refused: a stable word, never reworded or used again once released.",
    type: "string",
    enum: rows.map(({ reason }) => reason),
    "x-enumDescriptions": Object.fromEntries(
      rows.map((row) => [row.reason, `${row.status} ${row.code}. ${row.sentence}`]),
    ),
  };
  components[ERROR_SCHEMA] = errorSchema(rows, info);
  components[END_STREAM_SCHEMA] = {
    title: "EndStream",
    description: "The last envelope of a stream, with bit 1 (value 2) of its flags set.",
    type: "object",
    properties: {
      error: { ...refTo(ERROR_SCHEMA), description: "Why the stream ended; left out when all went well." },
      metadata: {
        description: "Trailing metadata: each name with its values.",
        type: "object",
        additionalProperties: { type: "array", items: { type: "string" } },
      },
    },
  };
}

function errorSchema(rows: ReasonRow[], info: Schema): Schema {
  return {
    title: "Error",
    description: "An error as the Connect protocol writes it (https://connectrpc.com/docs/protocol#error-end-stream).",
    type: "object",
    required: ["code"],
    properties: {
      code: {
        description: "Connect's code; the HTTP status follows from it.",
        type: "string",
        enum: [...new Set(rows.map(({ code }) => code))].toSorted(),
      },
      message: { description: "What went wrong and what to do, for people. Its words may change.", type: "string" },
      details: {
        description: "Holds one ErrorInfo.",
        type: "array",
        items: {
          type: "object",
          required: ["type", "value"],
          properties: {
            type: { description: `\`${ErrorInfoSchema.typeName}\`.`, type: "string" },
            value: { description: "The message in protobuf's binary form.", type: "string", contentEncoding: "base64" },
            debug: { ...info, description: "The same message as JSON: read `reason` and `retryAfterMs` here." },
          },
        },
      },
    },
  };
}

function isReason(word: string): word is Reason {
  return Object.hasOwn(REASONS, word);
}
