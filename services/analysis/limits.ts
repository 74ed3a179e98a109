/** Sessions that one process analyses at the same time. */
export const ANALYSES_AT_ONCE = 2;
/** How often the progress of an analysis is stored and shown at most, in milliseconds. */
export const PROGRESS_MS = 500;
/** How long reading may keep everything else in the process waiting, in milliseconds. */
export const TURN_MS = 10;
/** Longest line that is read, in bytes: a chunk of 128 MiB decompressed with one event in it, and what masks add. */
export const MAX_LINE_BYTES = 192 * 1024 * 1024;
/** Rows that one statement inserts at most; PostgreSQL takes 65,535 parameters. */
export const ROWS_PER_INSERT = 1_000;
/** How long WatchAnalysis waits for a session that is not complete yet, in milliseconds. */
export const WAIT_FOR_ANALYSIS_MS = 15 * 60_000;
