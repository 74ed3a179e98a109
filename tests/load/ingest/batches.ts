import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** The one real rrweb session at hand; it is not part of the project. */
const RECORDING = join(import.meta.dir, "../../../../shared/rrweb/events.json");
const EVENTS_PER_BATCH = 100;

/** A chunk as both sides of the bench are sent it. */
export interface Batch {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
  readonly eventCount: number;
  readonly jsonBytes: number;
}

/** The recording's events in runs of 100, as gzip of a JSON array. Throws in words when it is not there. */
export async function loadBatches(): Promise<Batch[]> {
  if (!existsSync(RECORDING)) {
    throw new Error("This bench needs ../shared/rrweb/events.json, a real recording that is not part of the project.");
  }
  const events: unknown[] = await Bun.file(RECORDING).json();
  const batches: Batch[] = [];
  for (let from = 0; from < events.length; from += EVENTS_PER_BATCH) {
    const run = events.slice(from, from + EVENTS_PER_BATCH);
    const json = Buffer.from(JSON.stringify(run));
    const sha256 = new Bun.CryptoHasher("sha256").update(json).digest("hex");
    batches.push({ body: new Uint8Array(gzipSync(json)), sha256, eventCount: run.length, jsonBytes: json.length });
  }
  return batches;
}
