import { createClient } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";
import { type Export, ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { admit } from "../admission/admit.ts";
import { EDGE_DEADLINE_MS } from "../connect/forward.ts";
import { forwardedHeaders } from "../connect/forwarded-headers.ts";
import { NO_BODY } from "../connect/limits.ts";
import type { GatewayContext } from "../context.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { pullStream } from "./pull-stream.ts";
import { type ByteRange, parseRange } from "./range.ts";

/** `GET /v1/exports/{export_id}/file` */
export const EXPORT_FILE_PATH = /^\/v1\/exports\/([^/]+)\/file$/;

const CONTENT_TYPES: Partial<Record<Format, string>> = {
  [Format.CSV]: "text/csv; charset=utf-8; header=present",
  [Format.NDJSON]: "application/x-ndjson",
};

/** Sends a finished export, or the part of it that a Range asks for. */
export async function exportFile(
  gateway: GatewayContext,
  request: Request,
  address: string,
  [, exportId = ""]: RegExpExecArray,
): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") throw methodNotAllowed("GET, HEAD");
  const { release } = await admit(gateway, request, address, ExportService.method.readExportFile, NO_BODY);
  release();
  const client = createClient(ExportService, gateway.transport("export"));
  const headers = forwardedHeaders(request.headers);
  const options = { headers, signal: request.signal, timeoutMs: EDGE_DEADLINE_MS };
  const found = (await client.getExport({ exportId }, options)).export;
  if (found === undefined) throw refusal("export_not_found");
  if (found.state !== ExportState.DONE) throw refusal("export_not_ready");
  const size = Number(found.sizeBytes);
  const etag = `"${found.exportId}"`;
  const range = wantsRange(request, etag) ? rangeOf(request, size) : undefined;
  const answer = answerHeaders(found, etag, size, range);
  const status = range === undefined ? 200 : 206;
  if (request.method === "HEAD" || size === 0) {
    answer.set("content-length", String(lengthOf(size, range)));
    return new Response(null, { status, headers: answer });
  }
  const gone = new AbortController();
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const frames = client.readExportFile(
    { exportId, offset: BigInt(first), limit: BigInt(last - first + 1) },
    { headers, signal: AbortSignal.any([request.signal, gone.signal]) },
  );
  return new Response(pullStream(dataOf(frames), gone, gateway.log), { status, headers: answer });
}

/** If-Range (RFC 9110 §13.1.5): a range counts only for the file that the client has the rest of. */
function wantsRange(request: Request, etag: string): boolean {
  const condition = request.headers.get("if-range");
  return condition === null || condition === etag;
}

function rangeOf(request: Request, size: number): ByteRange | undefined {
  return parseRange(request.headers.get("range"), size);
}

function answerHeaders(found: Export, etag: string, size: number, range: ByteRange | undefined): Headers {
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-type": CONTENT_TYPES[found.spec?.format ?? Format.UNSPECIFIED] ?? "application/octet-stream",
    // The name is made by the server, of letters, digits, `-` and `.` (RFC 6266).
    "content-disposition": `attachment; filename="${found.fileName}"`,
    etag,
  });
  if (range !== undefined) headers.set("content-range", `bytes ${range.first}-${range.last}/${size}`);
  return headers;
}

function lengthOf(size: number, range: ByteRange | undefined): number {
  return range === undefined ? size : range.last - range.first + 1;
}

async function* dataOf(frames: AsyncIterable<{ data: Uint8Array }>): AsyncGenerator<Uint8Array> {
  for await (const { data } of frames) yield data;
}
