import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@gigtrail/proto/gen/gigtrail/common/v1/error_pb";
import { REASONS, type Reason } from "./reasons.ts";

/** Header that repeats an error's reason, for callers that read no error details. */
export const REASON_HEADER = "x-gigtrail-reason";

/** More about a refusal. */
export interface RefusalOptions {
  /** Replaces the reason's own sentence where the caller can be told more precisely what to do. */
  message?: string;
  /** How long to wait before the same call may succeed, in milliseconds. */
  retryAfterMs?: number;
  /** What led to it; logged, never sent. */
  cause?: unknown;
}

/** Makes the error of a refused call: the code of its reason, a sentence for people, the reason for programs. */
export function refusal(reason: Reason, options: RefusalOptions = {}): ConnectError {
  const [code, sentence] = REASONS[reason];
  const detail = {
    desc: ErrorInfoSchema,
    value: { reason, domain: "gigtrail", retryAfterMs: BigInt(options.retryAfterMs ?? 0) },
  };
  const metadata = new Headers({ [REASON_HEADER]: reason });
  if (options.retryAfterMs) metadata.set("retry-after", String(Math.ceil(options.retryAfterMs / 1000)));
  return new ConnectError(options.message ?? sentence, code, metadata, [detail], options.cause);
}

/** The reason that an error carries, if it is one of ours. */
export function reasonOf(error: unknown): Reason | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason ?? error.metadata.get(REASON_HEADER) ?? undefined;
  return reason !== undefined && reason in REASONS ? (reason as Reason) : undefined;
}

/** How long the caller is asked to wait, in milliseconds; 0 where nothing is said. */
export function retryAfterMsOf(error: ConnectError): number {
  return Number(error.findDetails(ErrorInfoSchema)[0]?.retryAfterMs ?? 0);
}

/**
 * Turns whatever was thrown into an error that may leave the process: refusals as they are, errors of the RPC layer
 * with the nearest reason, everything else as `internal` with nothing of its text.
 */
export function toPublicError(thrown: unknown): ConnectError {
  if (!(thrown instanceof ConnectError)) {
    return refusal(isOutOfReach(thrown) ? "unavailable" : "internal", { cause: thrown });
  }
  const known = reasonOf(thrown);
  // Made anew: what came over the wire has lost the headers that repeat its reason.
  if (known !== undefined) {
    return refusal(known, { message: thrown.rawMessage, retryAfterMs: retryAfterMsOf(thrown), cause: thrown.cause });
  }
  switch (thrown.code) {
    case Code.InvalidArgument:
      return refusal("request_invalid", { message: thrown.rawMessage, cause: thrown });
    case Code.Canceled:
      return refusal("canceled", { cause: thrown });
    case Code.DeadlineExceeded:
      return refusal("deadline_exceeded", { cause: thrown });
    case Code.Unavailable:
      return refusal("unavailable", { cause: thrown });
    case Code.Unimplemented:
      return refusal("rpc_unknown", { cause: thrown });
    case Code.ResourceExhausted:
      return refusal("request_too_large", { cause: thrown });
    default:
      return refusal("internal", { cause: thrown });
  }
}

/** Codes of errors that say that a server on which we stand cannot be reached, or is going down or coming up. */
const OUT_OF_REACH = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  // SQLSTATE: admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections, connection failures.
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "08000",
  "08003",
  "08006",
]);
/** pg says these without a code. */
const PG_LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("syscall" in error && error.syscall === "connect") return true;
  const code = "code" in error ? error.code : undefined;
  return (typeof code === "string" && OUT_OF_REACH.has(code)) || PG_LOST.test(error.message);
}
