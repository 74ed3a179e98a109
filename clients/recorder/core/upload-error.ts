/** What the client itself says of a call that brought no answer of Gigtrail's. */
export type LocalReason = "server_unreachable" | "answer_unreadable" | "token_unavailable";

/** More about a failed call. */
export interface UploadErrorDetails {
  /** Connect's name of the code: `unavailable`, `resource_exhausted`, … */
  code: string;
  /** The server's stable reason, a LocalReason, or empty where an answer carries none. */
  reason: string;
  /** How long the server asks to wait before the same call, in milliseconds; 0: not at all. */
  retryAfterMs?: number;
  /** What led to it. */
  cause?: unknown;
}

/** A call of the upload that failed. The message is the server's sentence for people. */
export class UploadError extends Error {
  override readonly name = "UploadError";
  /** Connect's name of the code. */
  readonly code: string;
  /** Why, as a stable snake_case word. */
  readonly reason: string;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, details: UploadErrorDetails) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs ?? 0;
  }
}

const RETRYABLE_CODES = new Set(["unavailable", "resource_exhausted", "deadline_exceeded", "aborted", "internal"]);

/** Waiting does not make these go away, whatever their code says. */
const FATAL_REASONS = new Set([
  "payload_too_large",
  "decoded_too_large",
  "request_too_large",
  "too_many_tabs",
  "storage_full",
]);

/** The body was damaged on its way; sending it again mends that. */
const DAMAGED_REASONS = new Set(["body_truncated", "body_not_gzip", "body_not_zstd", "sha256_mismatch"]);

/** Whether the same call may succeed later. Every call of the upload is idempotent, so repeating one is always safe. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof UploadError) || FATAL_REASONS.has(error.reason)) return false;
  return RETRYABLE_CODES.has(error.code) || DAMAGED_REASONS.has(error.reason);
}
