import { Code, ConnectError, type Interceptor, type StreamRequest } from "@connectrpc/connect";
import { reasonOf, refusal } from "@gigtrail/platform/errors";
import { protocolReason } from "./protocol-reason.ts";

/** Has a stream whose request cannot be read end with one of our reasons; Connect reads it within the interceptors. */
export const readableRequest: Interceptor = (next) => (request) =>
  next(request.stream ? { ...request, message: onlyMessage(request.message) } : request);

/** A server stream is asked with one message: none and several are no request. */
async function* onlyMessage(messages: StreamRequest["message"]): StreamRequest["message"] {
  let count = 0;
  try {
    for await (const message of messages) {
      count += 1;
      if (count === 1) yield message;
    }
  } catch (error) {
    // How Bun says that the client hung up within its body.
    if (error instanceof DOMException && error.name === "AbortError") throw refusal("body_truncated", { cause: error });
    if (!(error instanceof ConnectError) || reasonOf(error) !== undefined || error.code === Code.Canceled) throw error;
    // Nothing but the caller's bytes is read here, so what Connect calls internal is theirs too.
    const code = error.code === Code.Internal ? Code.InvalidArgument : error.code;
    const reason = protocolReason(code, error.rawMessage);
    throw refusal(reason, reason === "body_invalid" ? { message: error.rawMessage, cause: error } : { cause: error });
  }
  if (count !== 1) throw refusal("body_invalid", { message: "A stream is asked with exactly one message." });
}
