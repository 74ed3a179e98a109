import { ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";

/** All of an error that its caller can see. */
export interface SeenError {
  code: number;
  message: string;
  reason: string | undefined;
  retryAfterMs: number;
  headers: Record<string, string>;
}

/** The error that a call ends with, as its caller sees it. Throws when the call succeeds. */
export async function errorOf(call: Promise<unknown>): Promise<SeenError> {
  let thrown: unknown;
  try {
    await call;
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof ConnectError)) throw new Error("the call was not refused", { cause: thrown });
  const info = thrown.findDetails(ErrorInfoSchema)[0];
  return {
    code: thrown.code,
    message: thrown.rawMessage,
    reason: info?.reason,
    retryAfterMs: Number(info?.retryAfterMs ?? 0),
    headers: Object.fromEntries(thrown.metadata),
  };
}

/** Why a call is refused. */
export async function reasonFor(call: Promise<unknown>): Promise<string | undefined> {
  return (await errorOf(call)).reason;
}
