import { ConnectError } from "@connectrpc/connect";
import { reasonOf } from "@gigtrail/platform/errors";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";

/** The reason that a call was refused with; `ok` when it was answered. */
export async function reasonFor(call: Promise<unknown>): Promise<string> {
  const error = await errorOf(call);
  return error === undefined ? "ok" : (reasonOf(error) ?? String(error));
}

/** How long a refused call asks its caller to wait, in milliseconds. */
export async function retryAfterMs(call: Promise<unknown>): Promise<number> {
  const error = await errorOf(call);
  const info = error instanceof ConnectError ? error.findDetails(ErrorInfoSchema)[0] : undefined;
  return Number(info?.retryAfterMs ?? 0n);
}

/** How a refused call looks from outside, whole. */
export async function faceOf(call: Promise<unknown>): Promise<unknown> {
  const error = await errorOf(call);
  if (!(error instanceof ConnectError)) return error;
  const [info] = error.findDetails(ErrorInfoSchema);
  return { code: error.code, message: error.message, reason: info?.reason, retryAfterMs: info?.retryAfterMs };
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}
