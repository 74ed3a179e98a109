/** Events that a chunk takes unless told otherwise. */
export const DEFAULT_MAX_CHUNK_EVENTS = 100;

/**
 * Bytes of JSON that a chunk takes unless told otherwise: some 50 to 100 KB once compressed, which a slow uplink
 * carries well within the 30 seconds that a browser gives a service worker.
 */
export const DEFAULT_MAX_CHUNK_BYTES = 512 * 1024;

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

const OPEN = 0x5b;
const COMMA = 0x2c;
const CLOSE = 0x5d;
/** The closing bracket; the opening one and the commas are counted with the event that they stand before. */
const FRAME_BYTES = 1;

/**
 * Cuts the events of one tab, in their order, into chunks of at most `maxEvents` and `maxBytes`. An event is never
 * split: one that is larger than `maxBytes` (a FullSnapshot) gets a chunk of its own. Holds one chunk at a time.
 */
export async function* chunkEvents<Event>(
  events: Iterable<Event> | AsyncIterable<Event>,
  limits: ChunkLimits<Event> = {},
): AsyncGenerator<EventChunk, void, undefined> {
  const { maxEvents = DEFAULT_MAX_CHUNK_EVENTS, maxBytes = DEFAULT_MAX_CHUNK_BYTES, toJson = stringify } = limits;
  const encoder = new TextEncoder();
  let seq = limits.firstSeq ?? 0;
  let held: Uint8Array[] = [];
  let heldBytes = FRAME_BYTES;

  for await (const event of events) {
    const encoded = encoder.encode(toJson(event));
    const addedBytes = encoded.byteLength + 1;
    if (held.length > 0 && (held.length >= maxEvents || heldBytes + addedBytes > maxBytes)) {
      yield joinChunk(seq, held, heldBytes);
      seq += 1;
      held = [];
      heldBytes = FRAME_BYTES;
    }
    held.push(encoded);
    heldBytes += addedBytes;
  }
  if (held.length > 0) yield joinChunk(seq, held, heldBytes);
}

function joinChunk(seq: number, events: Uint8Array[], bytes: number): EventChunk {
  const json = new Uint8Array(bytes);
  let at = 0;
  for (const event of events) {
    json[at] = at === 0 ? OPEN : COMMA;
    json.set(event, at + 1);
    at += event.byteLength + 1;
  }
  json[at] = CLOSE;
  return { seq, json, eventCount: events.length, droppedEvents: 0 };
}

function stringify(event: unknown): string {
  const text: string | undefined = JSON.stringify(event);
  if (text === undefined) throw new TypeError("An event must be a value that JSON can hold.");
  return text;
}
