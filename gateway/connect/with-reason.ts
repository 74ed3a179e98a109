import { Code } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { REASON_HEADER, refusal } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";

/** What Connect itself refuses before any of our interceptors runs, by its code. */
const REASONS: Partial<Record<Code, Reason>> = {
  [Code.InvalidArgument]: "body_invalid",
  [Code.ResourceExhausted]: "request_too_large",
  [Code.Unimplemented]: "content_type_unsupported",
};
/** And by its status, where the answer has no body. */
const STATUSES: Readonly<Record<number, Reason>> = { 405: "method_not_allowed", 415: "content_type_unsupported" };

/** Gives an answer back as it is, but throws what Connect has refused without one of our reasons: as one that has. */
export async function withReason(response: Response): Promise<Response> {
  if (response.status < 400 || response.headers.has(REASON_HEADER)) return response;
  const { code, message } = await errorOf(response);
  const reason = (code === undefined ? STATUSES[response.status] : REASONS[code]) ?? "internal";
  throw refusal(reason, reason === "body_invalid" && message !== "" ? { message } : {});
}

async function errorOf(response: Response): Promise<{ code: Code | undefined; message: string }> {
  try {
    const error: { code?: unknown; message?: unknown } = JSON.parse(await response.text());
    return {
      code: typeof error.code === "string" ? codeFromString(error.code) : undefined,
      message: typeof error.message === "string" ? error.message : "",
    };
  } catch {
    return { code: undefined, message: "" };
  }
}
