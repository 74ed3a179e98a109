import type { EventChunk } from "./chunk-events.ts";

/** Events that a chunk takes unless told otherwise. */
export const DEFAULT_MAX_CHUNK_EVENTS = 100;

/**
 * Bytes of JSON that a chunk takes unless told otherwise: some 50 to 100 KB once compressed, which a slow uplink
 * carries well within the 30 seconds that a browser gives a service worker.
 */
export const DEFAULT_MAX_CHUNK_BYTES = 512 * 1024;

const OPEN = 0x5b;
const COMMA = 0x2c;
const CLOSE = 0x5d;
/** The closing bracket; the opening one and the commas are counted with the event that they stand before. */
const FRAME_BYTES = 1;

/** Puts the events of one tab together to JSON arrays within limits. An event is never split. */
export class ChunkBuilder {
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  #held: Uint8Array[] = [];
  #heldBytes = FRAME_BYTES;

  constructor(maxEvents = DEFAULT_MAX_CHUNK_EVENTS, maxBytes = DEFAULT_MAX_CHUNK_BYTES) {
    this.#maxEvents = maxEvents;
    this.#maxBytes = maxBytes;
  }

  /** Events that are held. */
  get eventCount(): number {
    return this.#held.length;
  }

  /** Whether no other event could join those that are held. */
  get isFull(): boolean {
    return this.#held.length >= this.#maxEvents || this.#heldBytes >= this.#maxBytes;
  }

  /** Whether an event of this many bytes must wait for the next chunk. */
  overflowsWith(bytes: number): boolean {
    if (this.#held.length === 0) return false;
    return this.#held.length >= this.#maxEvents || this.#heldBytes + bytes + 1 > this.#maxBytes;
  }

  /** Holds one more event, given as JSON in UTF-8. */
  add(event: Uint8Array): void {
    this.#held.push(event);
    this.#heldBytes += event.byteLength + 1;
  }

  /** Gives what is held as one chunk and begins anew; undefined when nothing is held. */
  take(): Omit<EventChunk, "seq"> | undefined {
    const eventCount = this.#held.length;
    if (eventCount === 0) return undefined;
    const json = this.#join();
    this.#held = [];
    this.#heldBytes = FRAME_BYTES;
    return { json, eventCount, droppedEvents: 0 };
  }

  #join(): Uint8Array<ArrayBuffer> {
    const json = new Uint8Array(this.#heldBytes);
    let at = 0;
    for (const event of this.#held) {
      json[at] = at === 0 ? OPEN : COMMA;
      json.set(event, at + 1);
      at += event.byteLength + 1;
    }
    json[at] = CLOSE;
    return json;
  }
}
