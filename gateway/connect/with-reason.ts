import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { REASON_HEADER, refusal } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import { protocolReason } from "./protocol-reason.ts";

/** What Connect refuses with a bare status. */
const STATUSES: Readonly<Record<number, Reason>> = { 405: "method_not_allowed", 415: "content_type_unsupported" };

/**
 * Gives an answer back as it is, but throws what Connect has refused before any of our interceptors ran: as a refusal
 * with one of our reasons. `gone` is aborted when the client has hung up: then its body is what could not be read.
 */
export async function withReason(response: Response, gone: AbortSignal): Promise<Response> {
  if (response.status < 400 || response.headers.has(REASON_HEADER)) return response;
  const { code = "", message = "" } = await errorOf(response);
  if (gone.aborted) throw refusal("body_truncated");
  const known = codeFromString(code);
  const reason = known === undefined ? (STATUSES[response.status] ?? "internal") : protocolReason(known, message);
  throw refusal(reason, reason === "body_invalid" ? { message } : {});
}

async function errorOf(response: Response): Promise<{ code?: string; message?: string }> {
  try {
    return JSON.parse(await response.text());
  } catch {
    return {};
  }
}
