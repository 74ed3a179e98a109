/** Tabs in one session at most. */
export const MAX_TABS = 500;
/** How far a chunk's number may be ahead of what is durable. */
export const MAX_SEQ_AHEAD = 100_000;
/** Gaps that an answer names at most. */
export const MAX_MISSING_RANGES = 100;
/** Events that a chunk can say were dropped before it; more is taken for this many, so that sums cannot overflow. */
export const MAX_DROPPED_EVENTS = 1_000_000_000;
/**
 * Chunks that one process has in hand at most; more are refused as `server_busy`. A client that catches up sends some
 * batches of MAX_BATCH_CHUNKS at once, and is not to be slowed down while it is alone.
 */
export const MAX_CHUNKS_IN_HAND = 1_024;
/** Bytes of payloads, as sent, that one process has in hand at most; more are refused as `server_busy`. */
export const MAX_BYTES_IN_HAND = 128 * 1024 * 1024;
/** Chunks that one PutChunks takes at most; the contract says so too. */
export const MAX_BATCH_CHUNKS = 100;
/** Bytes of payloads that one PutChunks takes at most. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** From this many chunks in hand on, answers ask the client to slow down. */
export const THROTTLE_FROM_CHUNKS = 512;
/** How long a throttled client is asked to wait, in milliseconds. */
export const THROTTLE_MS = 1_000;
/** An event that is dated later than this after its chunk was sent is misdated, in milliseconds: a day. */
export const CLOCK_LEEWAY_MS = 24 * 60 * 60_000;
/** Chunks that share one pack and one transaction at most. */
export const MAX_GROUP_CHUNKS = 64;
/** From this many chunks in hand on, a group waits for those that are being prepared. */
export const GATHER_FROM_CHUNKS = 16;
/** How long a group waits at most for chunks that are being prepared, in milliseconds. */
export const MAX_GATHER_MS = 3;
/** Bytes of blocks in one pack; only a block that is larger by itself goes over. */
export const MAX_PACK_BYTES = 8 * 1024 * 1024;
/** How long a session's key may be remembered, in milliseconds: within this a deletion takes effect everywhere. */
export const KEY_CACHE_MS = 5_000;
/** Deletions of many sessions that a member may have under way; the contract says so too. */
export const MAX_UNFINISHED_DELETIONS = 5;
/** Background jobs (merging blocks, deleting many sessions) that one process does at the same time. */
export const JOB_WORKERS = 1;
/** How long what happened to sessions can be asked for, in days. */
export const OUTBOX_DAYS = 30;
