import { Code } from "@connectrpc/connect";
import type { Reason } from "@gigtrail/platform/reasons";

/** What connect-es gives as an internal error, though it is the caller's: bytes that are no protobuf. */
const PARSE_FAILURE = "parse binary:";

/** The reason for what Connect itself refuses to read, by its code and message. */
export function protocolReason(code: Code, message: string): Reason {
  switch (code) {
    case Code.InvalidArgument:
      return "body_invalid";
    case Code.ResourceExhausted:
      return "request_too_large";
    case Code.Unimplemented:
      return "content_type_unsupported";
    default:
      return message.startsWith(PARSE_FAILURE) ? "body_invalid" : "internal";
  }
}
