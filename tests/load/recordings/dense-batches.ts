import { type Batch, batchOf } from "./batch.ts";
import { createRandom, randomWords } from "./random-text.ts";

/** Bytes of a chunk's payload as it travels. */
const PAYLOAD_BYTES = 200_000;
/** Words of an event. */
const WORDS = 500;
/** Different chunks; more would only take longer to make. */
const BATCHES = 4;
/** When the events happened: 2026-01-01T00:00:00Z. */
const FIRST_EVENT_MS = 1_767_225_600_000;

/** Chunks that gzip makes little smaller, 200 KB each as they travel: texts of random letters that a page puts up. */
export function denseBatches(): Batch[] {
  const random = createRandom(200);
  return Array.from({ length: BATCHES }, () => {
    let events = Array.from({ length: 10 }, (_, index) => textEvent(random, index));
    const bytesPerEvent = batchOf(events).body.length / events.length;
    const count = Math.ceil(PAYLOAD_BYTES / bytesPerEvent);
    events = [...events, ...Array.from({ length: count - events.length }, (_, i) => textEvent(random, i + 10))];
    return batchOf(events);
  });
}

/** An rrweb mutation that changes the text of a node (type 3, source 0). */
function textEvent(random: () => number, index: number): object {
  const texts = [{ id: index + 1, value: randomWords(random, WORDS) }];
  const data = { source: 0, texts, attributes: [], removes: [], adds: [] };
  return { type: 3, data, timestamp: FIRST_EVENT_MS + index * 10 };
}
