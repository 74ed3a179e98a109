/** Exports of one member that may be unfinished at the same time. */
export const MAX_UNFINISHED_EXPORTS = 20;
/** How long an export is kept after it was asked for, in days. */
export const EXPORT_DAYS = 7;
/** Exports that one process writes at the same time. */
export const WRITERS = 2;
/** How often a running export says how far it is at most, in milliseconds. */
export const PROGRESS_EVERY_MS = 500;
/** How long a file's key may be held without asking again, in milliseconds: within this a deletion takes effect. */
export const KEY_CHECK_MS = 5_000;
