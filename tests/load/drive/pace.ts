import type { Batch } from "../recordings/batch.ts";

/** How a steady load is made. */
export interface PaceOptions {
  readonly uploaders: number;
  readonly batches: readonly Batch[];
  /** Chunks that all uploaders together begin in a second. */
  readonly chunksPerS: number;
  readonly ms: number;
}

/**
 * Has some uploaders send at a steady pace. One that falls behind goes on at its pace and does not catch up. `send` is
 * given the uploader's number and a chunk. Gives how many chunks were acknowledged.
 */
export async function pace(
  { uploaders, batches, chunksPerS, ms }: PaceOptions,
  send: (uploader: number, batch: Batch) => Promise<void>,
): Promise<number> {
  const started = performance.now();
  const betweenMs = (uploaders / chunksPerS) * 1_000;
  let sent = 0;
  const upload = async (index: number) => {
    let dueMs = started + (betweenMs * index) / uploaders;
    for (let next = index; dueMs < started + ms; next += 1) {
      await Bun.sleep(Math.max(0, dueMs - performance.now()));
      const batch = batches[next % batches.length];
      if (batch === undefined) return;
      await send(index, batch);
      sent += 1;
      dueMs = Math.max(dueMs + betweenMs, performance.now());
    }
  };
  await Promise.all(Array.from({ length: uploaders }, (_, index) => upload(index)));
  return sent;
}
