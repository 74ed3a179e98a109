/** A merged block is closed once its content has this many bytes, before compression. */
export const TARGET_BLOCK_BYTES = 4 * 1024 * 1024;
/** And this many events. */
export const MIN_BLOCK_EVENTS = 50;
/** Content that is merged into one block at most, in bytes, though it may have few events; a larger chunk stays alone. */
export const MAX_MERGED_BYTES = 16 * 1024 * 1024;
/**
 * Level that merged blocks are compressed with. On 4 MiB of the same pages again and again, on a 2-core machine: level 3
 * gives 1/22 in 13 ms, 9 1/35 in 33 ms, 12 1/37 in 100 ms, 15 1/38 in 390 ms, 19 1/44 in 2.6 s; reading takes 1 to 7 ms.
 * On a recording of 158 KB 9 gives 1/12.1, 12 1/12.2, 15 1/12.7, 19 1/13.1. Long-distance matching costs 2 to 25 % from
 * level 6 on: the window of these levels holds a whole block.
 */
export const MERGED_ZSTD_LEVEL = 12;
/** Merged blocks that are switched in one transaction at most. */
export const MAX_SWITCHED_BLOCKS = 64;
