import { chunkEvents } from "@gigtrail/recorder/core/chunk-events";
import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";
import type { RetryNotice } from "@gigtrail/recorder/core/retry";
import { UploadError } from "@gigtrail/recorder/core/upload-error";
import { type UploadOutcome, uploadSession } from "@gigtrail/recorder/core/upload-session";
import type { Connection } from "../connection/connection.ts";
import { isUnreachable, retryAfterMsOf } from "../connection/reason-of.ts";
import { CliFailure } from "../failure.ts";
import type { CliIo } from "../io.ts";
import { formatBytes, formatCount, formatDelay } from "../terminal/format.ts";
import { Progress } from "../terminal/progress.ts";
import type { RecordingIds } from "./recording-ids.ts";

/** A recording of one tab that goes to the server as a session of its own. */
export interface Recording extends RecordingIds {
  /** What it is called on screen while it is sent. */
  label: string;
  /** The session's name. */
  displayName: string;
  /** Its events as JSON text. */
  events: Iterable<string> | AsyncIterable<string>;
  /** How many there are. */
  eventCount: number;
}

/** Uploads a recording and shows how far it is. Throws when the server does not have all of it in the end. */
export async function uploadRecording(io: CliIo, connection: Connection, recording: Recording): Promise<UploadOutcome> {
  const { label, sessionId, tabId, displayName, events, eventCount } = recording;
  const port = createFetchPort({
    baseUrl: connection.server,
    accessToken: (refused) => connection.tokens.accessToken(refused).catch(rethrowForRetry),
  });
  const chunks = chunkEvents(events, { toJson: (text) => text });
  const progress = new Progress(io.stderr, label);
  try {
    const outcome = await uploadSession(
      port,
      { sessionId, displayName, tabs: [{ tabId, chunks }] },
      {
        retry: io.retry,
        signal: io.signal,
        onProgress: (at) =>
          progress.update(
            at.events / eventCount,
            `${formatCount(at.events)} of ${formatCount(eventCount)} events, ${formatBytes(at.sentBytes)} sent`,
          ),
        onRetry: (notice) => progress.note(describeRetry(notice)),
      },
    );
    if (outcome.state.complete) return outcome;
    throw new CliFailure(`The server still misses parts of ${label}; run the same command again.`);
  } catch (error) {
    // Why there is no token is said by the token source itself.
    if (error instanceof UploadError && error.reason === "token_unavailable") throw error.cause;
    throw error;
  } finally {
    await progress.end();
  }
}

/** A token that cannot be exchanged while the server restarts is a reason to wait, as for any other call. */
function rethrowForRetry(error: unknown): never {
  if (!isUnreachable(error)) throw error;
  throw new UploadError("The sign-in cannot be exchanged.", {
    code: "unavailable",
    reason: "server_unreachable",
    retryAfterMs: retryAfterMsOf(error),
    cause: error,
  });
}

function describeRetry({ attempt, maxAttempts, delayMs, error }: RetryNotice): string {
  const why =
    error.reason === "server_unreachable"
      ? "the server does not answer"
      : `the server says ${error.reason || error.code}`;
  return `${why}; trying again in ${formatDelay(delayMs)} (${attempt} of ${maxAttempts - 1})`;
}
