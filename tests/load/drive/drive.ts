import type { Batch } from "../recordings/batch.ts";
import type { Uploader } from "./uploader.ts";

/** What was brought over in a stretch of a run. */
export interface Load {
  readonly seconds: number;
  /** How long each chunk waited for its acknowledgement, in milliseconds. */
  readonly tookMs: readonly number[];
  readonly events: number;
  readonly jsonBytes: number;
}

/**
 * Has every uploader send these batches, over and over, each waiting for an acknowledgement before it sends the next.
 * They begin at different batches, so that large ones do not come all at once.
 */
export async function driveFor(uploaders: readonly Uploader[], batches: readonly Batch[], ms: number): Promise<Load> {
  const started = performance.now();
  const tookMs: number[] = [];
  let events = 0;
  let jsonBytes = 0;
  await Promise.all(
    uploaders.map(async (uploader, index) => {
      for (let next = index; performance.now() < started + ms; next += 1) {
        const batch = batches[next % batches.length];
        if (batch === undefined) return;
        const sent = performance.now();
        await uploader.send(batch);
        tookMs.push(performance.now() - sent);
        events += batch.eventCount;
        jsonBytes += batch.jsonBytes;
      }
    }),
  );
  return { seconds: (performance.now() - started) / 1_000, tookMs, events, jsonBytes };
}
