import { isRetryable, type UploadError } from "./upload-error.ts";

/** What a failed call of the uploader leads to. */
export type Verdict =
  /** Wait, and call again. */
  | "retry"
  /** Upload nothing until the server says otherwise. */
  | "stop"
  /** Nothing is taken from this sign-in; the token source must give another one. */
  | "sign_in"
  /** Put the chunk aside: the same call would always be refused. */
  | "park"
  /** The session is deleted, or its time is over: nothing more of it is ever taken. */
  | "session_deleted"
  /** The server does not know the session: open it again. */
  | "session_unknown";

/** Refusals of every chunk, until somebody makes room. */
const STOP_REASONS = new Set(["byte_budget_exhausted", "storage_low", "storage_full"]);

const SIGN_IN_CODES = new Set(["unauthenticated", "permission_denied"]);

/** Mended when the chunks before have arrived. */
const TOO_EARLY = "seq_too_far";

/**
 * Judges a failed call. Only what Gigtrail itself says for good parks a chunk: a hotel's sign-in page or a proxy that
 * answers in its place must not.
 */
export function verdictOf(error: UploadError): Verdict {
  const { code, reason } = error;
  if (reason === "session_deleted" || reason === "events_expired") return "session_deleted";
  if (reason === "session_not_found") return "session_unknown";
  if (STOP_REASONS.has(reason)) return "stop";
  if (SIGN_IN_CODES.has(code)) return "sign_in";
  if (isRetryable(error) || reason === "" || reason === TOO_EARLY || reason === "answer_unreadable") return "retry";
  return "park";
}

/** Whether a failure says nothing of the chunk that it came for: the others would fail alike now. */
export function isGeneral(error: UploadError): boolean {
  return error.code !== "internal" && verdictOf(error) === "retry" && !ABOUT_THE_CHUNK.has(error.reason);
}

const ABOUT_THE_CHUNK = new Set(["body_truncated", "body_not_gzip", "body_not_zstd", "sha256_mismatch", TOO_EARLY]);
