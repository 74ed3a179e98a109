import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";
import { UploadError } from "@gigtrail/recorder/core/upload-error";

/** The stable word that says why a call was refused; empty where an error carries none. */
export function reasonOf(error: unknown): string {
  if (error instanceof UploadError) return error.reason;
  if (!(error instanceof ConnectError)) return "";
  return error.findDetails(ErrorInfoSchema)[0]?.reason || (error.metadata.get("x-gigtrail-reason") ?? "");
}

/** How long the server asks to wait before the same call, in milliseconds; 0: not at all. */
export function retryAfterMsOf(error: unknown): number {
  if (error instanceof UploadError) return error.retryAfterMs;
  if (!(error instanceof ConnectError)) return 0;
  return Number(error.findDetails(ErrorInfoSchema)[0]?.retryAfterMs ?? 0n);
}

/** Whether a call failed because the server, or a part of it, could not be reached: later it may. */
export function isUnreachable(error: unknown): boolean {
  const reason = reasonOf(error);
  if (reason === "server_unreachable" || reason === "unavailable") return true;
  if (!(error instanceof ConnectError) || reason !== "") return false;
  if (error.code === Code.Unavailable || error.code === Code.DeadlineExceeded) return true;
  // What Node's network layer throws has a code such as ECONNRESET; what a server answers has none.
  return error.cause instanceof Error && "code" in error.cause && typeof error.cause.code === "string";
}
