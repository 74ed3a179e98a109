/** Largest message between services, in bytes: a chunk of 32 MiB as sent, and its envelope. */
export const MAX_MESSAGE_BYTES = 33 * 1024 * 1024;
/** Deadline of a unary call that states none, in milliseconds. */
export const UNARY_DEADLINE_MS = 30_000;
/** Longest that a stream lives, in milliseconds: longer than any token, so that it must be taken up again. */
export const STREAM_DEADLINE_MS = 20 * 60_000;
/** Largest frame of a stream of bytes, in bytes. */
export const MAX_FRAME_BYTES = 256 * 1024;
/** A stream that has nothing to say says so this often, in milliseconds: idle connections are cut at 10 s. */
export const HEARTBEAT_MS = 8_000;
