import { refusal } from "../errors.ts";

/** Tries of one request before it is given up. */
const MAX_TRIES = 4;
/** The first pause between two tries, in milliseconds; each further one is twice as long. */
const BACKOFF_MS = 100;
/** What a caller is told to wait when the store cannot be reached, in milliseconds. */
const RETRY_AFTER_MS = 5_000;

/** Words with which stores say that there is no room, and the code that the file system has for it. */
const FULL: Readonly<Record<string, "ENOSPC" | "EDQUOT">> = {
  InsufficientStorage: "ENOSPC",
  StorageFull: "ENOSPC",
  XMinioStorageFull: "ENOSPC",
  QuotaExceeded: "EDQUOT",
  XMinioAdminBucketQuotaExceeded: "EDQUOT",
};

/** Words of stores that no repetition changes: the settings are wrong. What to look at, for each. */
const SETTINGS_WRONG: Readonly<Record<string, string>> = {
  AccessDenied: "it does not allow this to S3_ACCESS_KEY_ID",
  AuthorizationHeaderMalformed: "S3_REGION is not its region",
  InvalidAccessKeyId: "it does not know S3_ACCESS_KEY_ID",
  InvalidBucketName: "S3_BUCKET is no name of a bucket",
  InvalidToken: "it does not take the token in AWS_SESSION_TOKEN",
  NoSuchBucket: "S3_BUCKET does not exist",
  PermanentRedirect: "S3_BUCKET is at another S3_ENDPOINT",
  RequestTimeTooSkewed: "this machine's clock is wrong",
  SignatureDoesNotMatch: "S3_SECRET_ACCESS_KEY is wrong",
};

/** The store did not answer in time; whether it did what it was asked is not known. */
class S3TimeoutError extends Error {
  override readonly name = "S3TimeoutError";
  readonly code = "Timeout";
}

/** An S3 store has no room left. `code` is what the file system would say: ENOSPC or EDQUOT. */
export class BlobStoreFullError extends Error {
  override readonly name = "BlobStoreFullError";
  constructor(
    readonly code: "ENOSPC" | "EDQUOT",
    options: ErrorOptions,
  ) {
    super("the blob store is full", options);
  }
}

/**
 * Asks an S3 store, again when it fails in a way that may pass, for `timeoutMs` in all. Throws `unavailable` when it
 * stays so, BlobStoreFullError when there is no room, an error that names the setting when the store refuses.
 */
export async function askS3<T>(timeoutMs: number, request: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await within(deadlineMs - performance.now(), request());
    } catch (error) {
      // Half of the pause is by chance, so that many callers do not come back at the same moment.
      const pauseMs = BACKOFF_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
      if (!mayPass(error) || tries === MAX_TRIES || performance.now() + pauseMs >= deadlineMs) throw toBlobError(error);
      await Bun.sleep(pauseMs);
    }
  }
}

/** Waits for an answer, but not longer than `timeoutMs`. Bun's client cannot be told to stop: it goes on unheard. */
export async function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new S3TimeoutError("the blob store did not answer in time")), timeoutMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the store says that there is no such blob. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === "NoSuchKey";
}

/** Whether the store says that the range begins after the blob's end. */
export function isBeyondEnd(error: unknown): boolean {
  return codeOf(error) === "InvalidRange";
}

/** What the caller of a store is told; for what is missing, the error as it is. */
export function toBlobError(error: unknown): unknown {
  if (isMissing(error) || isBeyondEnd(error)) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  const full = FULL[code];
  if (full !== undefined) return new BlobStoreFullError(full, { cause: error });
  const wrong = SETTINGS_WRONG[code];
  if (wrong !== undefined) return new Error(`the blob store refuses: ${wrong} (${code})`, { cause: error });
  return refusal("unavailable", {
    message: "The blob store cannot be reached. Repeat in a moment.",
    retryAfterMs: RETRY_AFTER_MS,
    cause: error,
  });
}

/** Why a store cannot be used, for the log: names settings, never their values. */
export function whyNot(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error ? error.message : "unknown";
  if (FULL[code] !== undefined) return `it is full (${code})`;
  return `${SETTINGS_WRONG[code] ?? "it cannot be reached or fails"} (${code})`;
}

/** The word of the store, or of the connection to it; undefined for an error of this program. */
function codeOf(error: unknown): string | undefined {
  const isOfStore = error instanceof Error && (error.name === "S3Error" || error instanceof S3TimeoutError);
  return isOfStore && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function mayPass(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined || isMissing(error) || isBeyondEnd(error)) return false;
  return FULL[code] === undefined && SETTINGS_WRONG[code] === undefined;
}
