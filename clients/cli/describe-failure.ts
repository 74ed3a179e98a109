import { ConnectError } from "@connectrpc/connect";
import { UploadError } from "@gigtrail/recorder/core/upload-error";
import { isUnreachable, reasonOf, retryAfterMsOf } from "./connection/reason-of.ts";
import { FAILURE_SENTENCES } from "./failure-sentences.ts";
import { formatDelay } from "./terminal/format.ts";
import { toPlainText } from "./terminal/plain-text.ts";

/** One plain sentence about what went wrong and what to do, for whatever a call to `server` threw. */
export function describeFailure(error: unknown, server: string, signal?: AbortSignal): string {
  if (signal?.aborted === true) return "Stopped; run the same command again to go on.";
  const reason = reasonOf(error);
  const waitMs = retryAfterMsOf(error);
  if (reason === "too_many_attempts" || reason === "rate_limited") {
    return `The server takes no more attempts now; try again in ${formatDelay(waitMs || 60_000)}.`;
  }
  const known = FAILURE_SENTENCES[reason];
  if (known !== undefined) return known;
  if (isUnreachable(error)) {
    return `No server answers at ${server}; start it with \`bun run start\`, or name another with --server.`;
  }
  if (reason !== "") return `${withStop(messageOf(error))} (${reason})`;
  if (error instanceof ConnectError || error instanceof UploadError) {
    return `What answers at ${server} is not a Gigtrail server, or has stopped halfway; check --server and try again.`;
  }
  return `Something went wrong in this program (${messageOf(error)}); please report it.`;
}

function messageOf(error: unknown): string {
  if (error instanceof ConnectError) return toPlainText(error.rawMessage);
  return toPlainText(error instanceof Error ? error.message : String(error));
}

function withStop(sentence: string): string {
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
