import { ConnectError } from "@connectrpc/connect";
import { codeToHttpStatus, errorToJson } from "@connectrpc/connect/protocol-connect";
import { reasonOf, toPublicError } from "@gigtrail/platform/errors";
import type { Log } from "@gigtrail/platform/log";

/** Statuses that say more than the one that Connect has for the code. */
const STATUS: Partial<Record<string, number>> = {
  content_type_unsupported: 415,
  method_not_allowed: 405,
  range_not_satisfiable: 416,
};

/** What a refusal may say in headers of its own, beside its reason. */
const OWN_HEADERS = ["allow", "content-range"];

/** Answers with an error as Connect writes it, on every route alike: JSON with code, message and details. */
export function errorResponse(thrown: unknown, log: Log): Response {
  const error = toPublicError(thrown);
  const reason = reasonOf(error) ?? "internal";
  if (reason === "internal") log.error({ error: thrown, reason }, "request failed");
  return new Response(JSON.stringify(errorToJson(error, undefined)), {
    status: STATUS[reason] ?? codeToHttpStatus(error.code),
    headers: errorHeaders(error, thrown),
  });
}

function errorHeaders(error: ConnectError, thrown: unknown): Headers {
  const headers = new Headers(error.metadata);
  if (thrown instanceof ConnectError) {
    for (const name of OWN_HEADERS) {
      const value = thrown.metadata.get(name);
      if (value !== null) headers.set(name, value);
    }
  }
  headers.set("content-type", "application/json");
  headers.set("cache-control", "no-store");
  return headers;
}
