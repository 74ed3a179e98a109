import { findErrorInfo } from "./error-info.ts";
import { UploadError } from "./upload-error.ts";

const REASON_HEADER = "x-gigtrail-reason";

/** Turns an answer that is no success into what the upload can act on: Gigtrail's refusals, and those of a proxy. */
export async function readConnectError(response: Response): Promise<UploadError> {
  // A refusal whose body breaks off is still one: its status stays.
  const text = await response.text().catch(() => "");
  const body = parseObject(text);
  const info = findErrorInfo(body["details"]);
  const code = typeof body["code"] === "string" ? body["code"] : codeOfStatus(response.status);
  const message = typeof body["message"] === "string" ? body["message"] : "";
  return new UploadError(message || `The server answered with status ${response.status}.`, {
    code,
    reason:
      info?.reason || (response.headers.get(REASON_HEADER) ?? (response.status === 413 ? "request_too_large" : "")),
    retryAfterMs: info?.retryAfterMs || retryAfterHeaderMs(response),
  });
}

/**
 * Near connectrpc.com/docs/protocol#http-to-error-code; but every 5xx is taken for a part that is down, and a 400 that
 * is not Gigtrail's for nothing that waiting mends.
 */
function codeOfStatus(status: number): string {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 403:
      return "permission_denied";
    case 404:
      return "unimplemented";
    case 408:
      return "deadline_exceeded";
    case 429:
      return "resource_exhausted";
    default:
      return status >= 500 ? "unavailable" : "unknown";
  }
}

/** A proxy's Retry-After in seconds; its other form, a date, is not worth trusting two clocks for. */
function retryAfterHeaderMs(response: Response): number {
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
