import { LiveEventSchema } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { IngestService, PutChunkResponseSchema } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import type { DescMethod } from "@bufbuild/protobuf";
import { accessOf, accessSentence, securityOf } from "./access.ts";
import { type CurlCall, curlChunk, curlPlain } from "./curl.ts";
import { commonReasons, errorResponse, errorResponses } from "./errors.ts";
import { EXAMPLE_EVENTS } from "./example-chunk.ts";
import { EXAMPLE_IDS } from "./examples.ts";
import type { HeaderObject, Operation, Parameter, PathItem, Schema } from "./model.ts";
import { ownReasons } from "./rpc-operations.ts";
import type { Schemas } from "./schemas.ts";

/** The tag of these routes. */
export const HTTP_TAG = "HTTP";

const UUID: Schema = { type: "string", format: "uuid" };

/** The routes for people's data that are no RPC: raw chunks in, live events and files out. */
export function httpRoutes(schemas: Schemas): Record<string, PathItem> {
  return {
    "/v1/sessions/{session_id}/tabs/{tab_id}/chunks/{seq}": { put: putChunk(schemas) },
    "/v1/sessions/{session_id}/tabs/{tab_id}/events": { get: tabEvents() },
    "/v1/events": { get: liveEvents(schemas) },
    "/v1/exports/{export_id}/file": { get: exportFile() },
  };
}

function putChunk(schemas: Schemas): Operation {
  const method = IngestService.method.putChunk;
  const path = `/v1/sessions/${EXAMPLE_IDS.session}/tabs/${EXAMPLE_IDS.tab}/chunks/0`;
  return {
    ...common("http.PutChunk", method),
    summary: "Stores one chunk, sent as a raw body",
    description:
      "The same as IngestService.PutChunk without base64, which costs a third more. The body is a JSON array of rrweb " +
      "events, compressed as Content-Encoding says: at most 32 MiB as sent, 128 MiB decompressed, 2,000 levels deep. " +
      "Chunks may come in any order and more than once; the answer leaves when the chunk is durable.",
    parameters: chunkParameters(),
    requestBody: {
      required: true,
      content: { "application/json": { schema: eventsSchema(1), example: JSON.parse(EXAMPLE_EVENTS) } },
    },
    responses: {
      "200": {
        description: "The chunk is durable.",
        content: { "application/json": { schema: schemas.message(PutChunkResponseSchema) } },
      },
      ...errorResponses([...ownReasons(method), "body_truncated", ...commonReasons(true)]),
    },
    "x-gigtrail-reasons": [...ownReasons(method), "body_truncated"],
    "x-codeSamples": [curlChunk(call(path), EXAMPLE_EVENTS)],
  };
}

function tabParameters(): Parameter[] {
  return [
    { name: "session_id", in: "path", description: "The session.", required: true, schema: UUID },
    { name: "tab_id", in: "path", description: "The tab.", required: true, schema: UUID },
  ];
}

function chunkParameters(): Parameter[] {
  return [
    ...tabParameters(),
    {
      name: "seq",
      in: "path",
      description: "The chunk's number within the tab, at most 100,000 ahead of what is durable.",
      required: true,
      schema: { type: "integer", format: "int64", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    },
    requestHeader("content-encoding", "How the body is compressed; default: identity.", {
      type: "string",
      enum: ["gzip", "zstd", "identity"],
    }),
    requestHeader(
      "x-gigtrail-sha256",
      "SHA-256 of the decompressed body, 64 hexadecimal digits.",
      { type: "string", pattern: "^[0-9a-fA-F]{64}$" },
      true,
    ),
    requestHeader(
      "x-gigtrail-event-count",
      "How many events the body holds.",
      { type: "integer", minimum: 1, maximum: 1_000_000 },
      true,
    ),
    requestHeader("x-gigtrail-dropped-events", "Events that the recorder had to drop in this stretch; default: 0.", {
      type: "integer",
      minimum: 0,
    }),
    requestHeader("x-gigtrail-client-sent-time", "The client's clock when it sent this, as RFC 3339.", {
      type: "string",
      format: "date-time",
    }),
  ];
}

function requestHeader(name: string, description: string, schema: Schema, required = false): Parameter {
  return { name, in: "header", description, required, schema };
}

function responseHeader(description: string): HeaderObject {
  return { description, schema: { type: "string" } };
}

function eventsSchema(minItems: number): Schema {
  return {
    description: "rrweb events in the order in which they happened.",
    type: "array",
    minItems,
    items: {
      type: "object",
      required: ["type", "timestamp"],
      properties: {
        type: { description: "rrweb's event type, 0 to 6.", type: "integer" },
        timestamp: { description: "The client's clock, in milliseconds since 1970.", type: "number" },
        data: { description: "What happened, as rrweb writes it." },
      },
    },
  };
}

function liveEvents(schemas: Schemas): Operation {
  return {
    ...common("http.LiveEvents", AnalysisService.method.watchAnalysis),
    summary: "Follows uploads, analyses and exports as server-sent events",
    description:
      "Each event's `data` is one LiveEvent as JSON: the latest state of what changed, never a difference. What others " +
      "recorded is sent to admins and owners only. A line comes at least every 8 seconds, so that the stream stays " +
      "open; it ends when the access token does: connect again with a fresh one. Keep to one stream a browser.",
    responses: {
      "200": {
        description: "The stream. The schema is that of one event's `data`.",
        content: { "text/event-stream": { schema: schemas.message(LiveEventSchema) } },
      },
      ...errorResponses(commonReasons(true)),
    },
    "x-gigtrail-reasons": [],
    "x-codeSamples": [curlPlain(call("/v1/events"), "--no-buffer")],
  };
}

function tabEvents(): Operation {
  const method = IngestService.method.readEvents;
  const path = `/v1/sessions/${EXAMPLE_IDS.session}/tabs/${EXAMPLE_IDS.tab}/events`;
  // It always begins at the start.
  const reasons = ownReasons(method).filter((reason) => reason !== "position_invalid");
  return {
    ...common("http.TabEvents", method),
    summary: "A tab's events as a file that rrweb's player can play",
    description:
      "A JSON array that begins with the Meta event before the tab's first FullSnapshot: what comes before cannot be " +
      "shown and is left out. Empty where the tab has no FullSnapshot, or never was. A file that breaks off lacks its " +
      "end; read a long session by IngestService.ReadEvents, which can be taken up again.",
    parameters: tabParameters(),
    responses: {
      "200": {
        description: "The events.",
        headers: { "content-disposition": responseHeader("The file's name.") },
        content: { "application/json": { schema: eventsSchema(0), example: JSON.parse(EXAMPLE_EVENTS) } },
      },
      ...errorResponses([...reasons, ...commonReasons(true)]),
    },
    "x-gigtrail-reasons": reasons,
    "x-codeSamples": [curlPlain(call(path), "--output tab.json")],
  };
}

function exportFile(): Operation {
  const content = { "application/x-ndjson": {}, "text/csv": {} };
  const whole = {
    "accept-ranges": responseHeader("`bytes`."),
    "content-disposition": responseHeader("The file's name."),
  };
  return {
    ...common("http.ExportFile", ExportService.method.readExportFile),
    summary: "The file of a finished export",
    description:
      "Sends the file, or the part of it that Range asks for, so that a broken download can be taken up again.",
    parameters: [
      { name: "export_id", in: "path", description: "The export.", required: true, schema: UUID },
      {
        name: "range",
        in: "header",
        description: "One range of bytes (RFC 9110 §14), for example `bytes=1048576-`.",
        schema: { type: "string", pattern: "^bytes=" },
      },
    ],
    responses: {
      "200": { description: "The whole file.", headers: whole, content },
      "206": {
        description: "The part that was asked for.",
        headers: { ...whole, "content-range": responseHeader("Which bytes these are, and how many there are in all.") },
        content,
      },
      ...errorResponses(["export_not_found", "export_not_ready", ...commonReasons(true)]),
      "416": errorResponse("- `range_not_satisfiable`: The range begins after the end of the file."),
    },
    "x-gigtrail-reasons": ["export_not_found", "export_not_ready", "range_not_satisfiable"],
    "x-codeSamples": [curlPlain(call(`/v1/exports/${EXAMPLE_IDS.export}/file`), "--output visits.csv --continue-at -")],
  };
}

type Common = Pick<Operation, "operationId" | "tags" | "security" | "x-gigtrail-access">;

/** A route is open to those who may call the RPC that it stands for. */
function common(operationId: string, sameAs: DescMethod): Common {
  const rule = accessOf(sameAs);
  return { operationId, tags: [HTTP_TAG], security: securityOf(rule), "x-gigtrail-access": accessSentence(rule) };
}

function call(path: string): CurlCall {
  return { path, withToken: true };
}
