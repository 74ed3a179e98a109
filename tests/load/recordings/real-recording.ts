import { existsSync } from "node:fs";
import { join } from "node:path";
import { CannotRun } from "../measure/cannot-run.ts";
import { type Batch, batchOf } from "./batch.ts";

/** The one real rrweb session at hand; it is not part of the project. */
const RECORDING = join(import.meta.dir, "../../../../shared/rrweb/events.json");

/** Events in a chunk, as in every figure that is compared. */
export const EVENTS_PER_BATCH = 100;

/** The recording's events in runs of 100. Throws CannotRun when it is not there. */
export async function loadBatches(): Promise<Batch[]> {
  if (!existsSync(RECORDING)) {
    throw new CannotRun("This bench needs ../shared/rrweb/events.json, a real recording that is not in the project.");
  }
  const events: unknown[] = await Bun.file(RECORDING).json();
  const batches: Batch[] = [];
  for (let from = 0; from < events.length; from += EVENTS_PER_BATCH) {
    batches.push(batchOf(events.slice(from, from + EVENTS_PER_BATCH)));
  }
  return batches;
}
