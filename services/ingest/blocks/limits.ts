/**
 * Chunks in one block at most: its head names each, and whoever looks a block up by one of its chunks looks through as
 * many rows.
 */
export const MAX_BLOCK_CHUNKS = 4_096;
