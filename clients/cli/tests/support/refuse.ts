import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";

/** The error of a refused call, as the services send it. */
export function refuse(code: Code, reason: string, retryAfterMs = 0): ConnectError {
  const value = { reason, domain: "gigtrail", retryAfterMs: BigInt(retryAfterMs) };
  return new ConnectError(`Refused: ${reason}.`, code, { "x-gigtrail-reason": reason }, [
    { desc: ErrorInfoSchema, value },
  ]);
}

/** A call that meets nothing of its kind. */
export const notFound = (reason: string): ConnectError => refuse(Code.NotFound, reason);
