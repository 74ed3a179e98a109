/**
 * What a person at the command line is told for a reason, where the server's own sentence, which is written for
 * programmers, does not say what to do here.
 */
export const FAILURE_SENTENCES: Readonly<Record<string, string>> = {
  token_missing: "You are not signed in; sign in with `gigtrail login`.",
  token_invalid: "The server does not know this sign-in; sign in again with `gigtrail login`.",
  token_expired: "The server calls a fresh sign-in ended; check that the clocks of both machines are right.",
  credentials_wrong: "The address or the password is wrong; try again.",
  refresh_token_invalid: "Your sign-in has ended; sign in again with `gigtrail login`.",
  refresh_token_reused: "Your sign-in has ended; sign in again with `gigtrail login`.",
  permission_denied: "Your role does not allow this; ask an owner of the workspace.",
  registration_closed:
    "This server takes new accounts by invitation only; pass the code that you got with --invitation.",
  invitation_invalid: "The invitation is unknown, used, ended or for another address; ask for a new one.",
  email_taken: "There is an account with this address; sign in with `gigtrail login`.",
  password_too_weak: "Choose a password of at least 12 characters that is not a common one.",
  session_not_found: "There is no such session; `gigtrail sessions` lists yours.",
  session_deleted: "This session was deleted; `gigtrail sessions` lists those that there are.",
  analysis_not_found: "There is no such session, or it is not complete yet; `gigtrail sessions` tells which.",
  chunk_conflict:
    "Another recording is stored under this session; use `import --again` to upload this one as a new session.",
  page_never_recorded: "This page is never recorded (sign-in, tax, payout or settings), so nothing was uploaded.",
  payload_too_large: "One event of the recording is larger than the server takes (32 MiB compressed).",
  decoded_too_large: "One event of the recording is larger than the server takes (128 MiB).",
  request_too_large:
    "Something on the way to the server does not take bodies of this size; raise the limit of the proxy.",
  storage_full:
    "The server's disk is full; free space on it and run the same command again, which goes on where it was.",
  storage_low:
    "The server's disk is nearly full; free space on it and run the same command again, which goes on where it was.",
  byte_budget_exhausted:
    "The workspace has used up its space; delete sessions or ask an admin for more, then run the same command again.",
  server_busy: "The server is busy; run the same command again in a few minutes.",
  chromium_missing: "There is no Chromium on this machine; install one, or name its path in CHROMIUM.",
  unavailable: "A part of the server cannot be reached now; try again in a moment.",
  answer_unreadable: "What answers there is not a Gigtrail server; check --server.",
};
