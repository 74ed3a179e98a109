import type { ChunkRow } from "./outbox-store.ts";

/** Compressed bytes up to which chunks travel together; for larger ones base64 costs more than a call of their own. */
export const MAX_BATCHED_CHUNK_BYTES = 64 * 1024;

/**
 * Payloads of one putChunks: an eighth of what the server takes, since a service worker has 30 seconds for a call and
 * an uplink of 1 Mbit/s carries 2.7 MB in that time, base64 included.
 */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** How chunks are put together. */
export interface GroupLimits {
  /** Most calls. */
  groups: number;
  /** Most chunks of a call; 1: each goes by itself. */
  chunks: number;
  /** Whether a chunk must go by itself, whatever its size. */
  goesAlone: (row: ChunkRow) => boolean;
}

/** Puts small chunks together, in their order, and leaves large ones alone. Gives at most `groups` groups. */
export function groupChunks(rows: readonly ChunkRow[], limits: GroupLimits): ChunkRow[][] {
  const groups: ChunkRow[][] = [];
  let open: { rows: ChunkRow[]; bytes: number } | undefined;
  for (const row of rows) {
    const isAlone = limits.chunks < 2 || row.bytes > MAX_BATCHED_CHUNK_BYTES || limits.goesAlone(row);
    if (
      !isAlone &&
      open !== undefined &&
      open.rows.length < limits.chunks &&
      open.bytes + row.bytes <= MAX_BATCH_BYTES
    ) {
      open.rows.push(row);
      open.bytes += row.bytes;
      continue;
    }
    if (groups.length >= limits.groups) {
      // What is left may still join the open group.
      if (isAlone || open === undefined) continue;
      break;
    }
    const group = [row];
    groups.push(group);
    if (!isAlone) open = { rows: group, bytes: row.bytes };
  }
  return groups;
}
