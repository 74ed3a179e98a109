import { ChunkBuilder } from "./chunk-builder.ts";
import { eventToJson } from "./event-to-json.ts";

/** A run of events of one tab, ready to be compressed and sent. */
export interface EventChunk {
  /** Its number within the tab: 0, 1, 2, … */
  seq: number;
  /** A JSON array of the events, UTF-8. */
  json: Uint8Array<ArrayBuffer>;
  /** How many events it holds, at least 1. */
  eventCount: number;
  /** Events that the recorder had to drop in this stretch. */
  droppedEvents: number;
}

/** How events are cut into chunks. The same limits and events give the same chunks, to the byte. */
export interface ChunkLimits<Event> {
  /** Most events in a chunk. Default: DEFAULT_MAX_CHUNK_EVENTS. */
  maxEvents?: number;
  /** Most bytes of JSON in a chunk; only an event that is larger by itself goes over. */
  maxBytes?: number;
  /** Number of the first chunk. Default: 0. */
  firstSeq?: number;
  /** Writes one event as JSON. Default: JSON.stringify; for events that are JSON text already, the identity. */
  toJson?: (event: Event) => string;
}

/**
 * Cuts the events of one tab, in their order, into chunks of at most `maxEvents` and `maxBytes`. An event is never
 * split: one that is larger than `maxBytes` (a FullSnapshot) gets a chunk of its own. Holds one chunk at a time.
 */
export async function* chunkEvents<Event>(
  events: Iterable<Event> | AsyncIterable<Event>,
  limits: ChunkLimits<Event> = {},
): AsyncGenerator<EventChunk, void, undefined> {
  const { toJson = eventToJson } = limits;
  const encoder = new TextEncoder();
  const builder = new ChunkBuilder(limits.maxEvents, limits.maxBytes);
  let seq = limits.firstSeq ?? 0;
  for await (const event of events) {
    const encoded = encoder.encode(toJson(event));
    if (builder.overflowsWith(encoded.byteLength)) {
      const full = builder.take();
      if (full !== undefined) yield { seq, ...full };
      seq += 1;
    }
    builder.add(encoded);
  }
  const last = builder.take();
  if (last !== undefined) yield { seq, ...last };
}
