import { Code } from "@connectrpc/connect";

/**
 * Every reason that a call can be refused with: its code and the sentence that tells the caller what to do.
 * A reason is part of the API: it is never reworded or reused once released. docs/errors.md is printed from here.
 */
export const REASONS = {
  // Who is calling.
  token_missing: [Code.Unauthenticated, "Send `Authorization: Bearer <access token>`; Login gives one."],
  token_invalid: [Code.Unauthenticated, "The access token is not one of this instance's. Sign in again."],
  token_expired: [Code.Unauthenticated, "The access token has ended. Call RefreshTokens and repeat."],
  credentials_wrong: [Code.Unauthenticated, "The address or the password is wrong."],
  refresh_token_invalid: [Code.Unauthenticated, "The refresh token is unknown or has ended. Sign in again."],
  refresh_token_reused: [
    Code.Unauthenticated,
    "The refresh token was used before; this sign-in is ended. Sign in again.",
  ],
  expired_token: [Code.Unauthenticated, "The device code is unknown, used or too old. Start pairing again."],
  authorization_pending: [Code.FailedPrecondition, "Nobody has approved the code yet. Ask again after the interval."],
  slow_down: [Code.ResourceExhausted, "Asked too soon. Wait 5 seconds longer between two calls from now on."],
  permission_denied: [Code.PermissionDenied, "The caller's role does not allow this call."],
  role_too_high: [Code.PermissionDenied, "Nobody can grant a role above their own."],
  registration_closed: [Code.PermissionDenied, "This instance takes new accounts by invitation only."],
  invitation_invalid: [Code.PermissionDenied, "The invitation is unknown, used, ended or for another address."],
  email_taken: [Code.AlreadyExists, "There is an account with this address. Sign in instead."],
  password_too_weak: [Code.InvalidArgument, "Choose a password of at least 12 characters that is not a common one."],
  user_code_unknown: [Code.NotFound, "No device shows this code. Check it, or start pairing again."],
  too_many_attempts: [Code.ResourceExhausted, "Too many attempts. Wait and try again."],
  rate_limited: [Code.ResourceExhausted, "Too many calls. Wait and try again."],

  // The request itself.
  request_invalid: [Code.InvalidArgument, "A field of the request breaks its rule; the message names it."],
  body_invalid: [Code.InvalidArgument, "The body cannot be read as the message that this call takes."],
  content_type_unsupported: [Code.InvalidArgument, "Send application/json, uncompressed (or application/proto)."],
  method_not_allowed: [Code.InvalidArgument, "This address does not take this HTTP method."],
  position_invalid: [Code.InvalidArgument, "from needs BY_TAB, and must be in tab_id where that is set."],
  page_token_invalid: [Code.InvalidArgument, "Pass next_page_token of the page before, with the same filter."],
  rpc_unknown: [Code.NotFound, "There is no such call; /docs lists them."],
  route_not_found: [Code.NotFound, "There is nothing at this address; /docs lists what there is."],
  request_too_large: [Code.ResourceExhausted, "The body is larger than this call takes."],
  deadline_exceeded: [Code.DeadlineExceeded, "The call took longer than its deadline. Repeat it."],
  canceled: [Code.Canceled, "The caller went away."],

  // Chunks.
  codec_unknown: [Code.InvalidArgument, "Send the payload as identity, gzip or zstd."],
  body_not_gzip: [Code.InvalidArgument, "The payload is not whole, valid gzip. Compress it again and repeat."],
  body_not_zstd: [Code.InvalidArgument, "The payload is not whole, valid zstd. Compress it again and repeat."],
  body_truncated: [Code.InvalidArgument, "The body ended before its declared length. Send it again."],
  sha256_mismatch: [Code.InvalidArgument, "sha256 is not the hash of the decompressed payload. Send it again."],
  json_invalid: [Code.InvalidArgument, "The payload is not valid JSON in UTF-8."],
  json_too_deep: [Code.InvalidArgument, "The payload nests deeper than 2,000 levels."],
  events_not_array: [Code.InvalidArgument, "The payload must be a JSON array of rrweb events, with at least one."],
  event_invalid: [
    Code.InvalidArgument,
    "Every event must be an object with a numeric type and a finite numeric timestamp.",
  ],
  event_too_dense: [Code.ResourceExhausted, "An event takes at most 32 million keys and values. Record less at once."],
  event_count_wrong: [Code.InvalidArgument, "event_count is not the number of events in the payload."],
  seq_too_far: [
    Code.InvalidArgument,
    "The chunk's number is over 100,000 ahead of what is stored. Send the ones before first.",
  ],
  too_many_tabs: [Code.ResourceExhausted, "A session takes at most 500 tabs. Start another session."],
  payload_too_large: [Code.ResourceExhausted, "A chunk takes at most 32 MiB as sent."],
  decoded_too_large: [Code.ResourceExhausted, "A chunk takes at most 128 MiB decompressed."],
  server_busy: [Code.ResourceExhausted, "The server has as much in hand as it takes. Wait and repeat."],
  storage_full: [Code.ResourceExhausted, "The server's disk is full. Free space on it; what was acknowledged is safe."],
  storage_low: [Code.ResourceExhausted, "The server's disk is nearly full. Free space on it; uploads then go on."],
  byte_budget_exhausted: [
    Code.ResourceExhausted,
    "The workspace's byte budget is used up. Delete sessions, raise the budget, or keep sessions for fewer days.",
  ],
  chunk_conflict: [
    Code.AlreadyExists,
    "Other bytes are stored under this number and stand. Give a new chunk a new number.",
  ],
  scrub_failed: [Code.InvalidArgument, "The chunk could not be masked safely and was not stored."],

  // Sessions and what follows from them.
  session_not_found: [Code.NotFound, "There is no such session."],
  session_deleted: [Code.NotFound, "The session was deleted; its id cannot be used again."],
  events_expired: [
    Code.FailedPrecondition,
    "Retention has removed the session's events; what was derived from them stays.",
  ],
  filter_empty: [Code.InvalidArgument, "Set at least one field of the filter; an empty one would match every session."],
  too_many_deletions: [Code.ResourceExhausted, "5 deletions are unfinished. Wait until one is done."],
  deletion_not_found: [Code.NotFound, "There is no such deletion."],
  analysis_not_found: [Code.NotFound, "There is no such session, or it is not complete yet."],
  export_not_found: [Code.NotFound, "There is no such export."],
  export_not_ready: [Code.FailedPrecondition, "The export is not finished. Watch it until it is."],
  too_many_exports: [Code.ResourceExhausted, "20 exports are unfinished. Wait until one is done."],
  range_not_satisfiable: [Code.OutOfRange, "The range begins after the end of the file."],
  resync_required: [Code.OutOfRange, "The position is older than 30 days. Read everything anew."],

  // The server.
  internal: [Code.Internal, "Something went wrong on the server. The request id finds it in the log."],
  unavailable: [Code.Unavailable, "A part of the server cannot be reached. Repeat in a moment."],
} as const satisfies Record<string, readonly [Code, string]>;

/** A stable snake_case word that says why a call was refused. */
export type Reason = keyof typeof REASONS;
