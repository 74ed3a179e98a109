/** Largest payload as sent, in bytes. */
export const MAX_PAYLOAD_BYTES = 32 * 1024 * 1024;

/** Largest payload once decompressed, in bytes. Token tapes rely on offsets of 27 bits: it cannot simply be raised. */
export const MAX_DECODED_BYTES = 128 * 1024 * 1024;

/** Levels of arrays and objects in a chunk, its outermost array included. */
export const MAX_DEPTH = 2_000;

/**
 * Most keys and values in one event: a tape of 256 MiB. A page of 20 MB of JSON has about 4 million; an event above
 * this is an array of millions of one-digit numbers.
 */
export const MAX_EVENT_VALUES = 32 * 1024 * 1024;

/** Highest event type; rrweb has 0 to 6. */
export const MAX_EVENT_TYPE = 255;
