import type { ConnectError } from "@connectrpc/connect";
import { refusal } from "@gigtrail/platform/errors";

/** The refusal of a method, with those that the address takes, for example `GET, HEAD` (RFC 9110 §15.5.6). */
export function methodNotAllowed(allowed: string): ConnectError {
  const error = refusal("method_not_allowed");
  error.metadata.set("allow", allowed);
  return error;
}
