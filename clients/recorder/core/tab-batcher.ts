import { ChunkBuilder } from "./chunk-builder.ts";
import { encodeChunk } from "./encode-chunk.ts";
import { eventToJson } from "./event-to-json.ts";
import type { Outbox } from "./outbox.ts";
import { OutboxError } from "./outbox-error.ts";

/** An event is in the outbox at most this long after it was given, plus the time to compress it, in milliseconds. */
export const MAX_EVENT_WAIT_MS = 2_000;

/** rrweb's number for a FullSnapshot. */
const FULL_SNAPSHOT = 2;

/** What a batcher asks of an event; rrweb's have it. */
export interface RecordedEvent {
  /** Kind of event, 0 to 6. */
  readonly type: number;
}

/** How a tab's events are put together. */
export interface BatchLimits {
  /** Most events of a chunk. */
  maxEvents?: number;
  /** Most bytes of JSON of a chunk; only an event that is larger by itself goes over. */
  maxBytes?: number;
  /** How long an event waits for others, in milliseconds. Default: MAX_EVENT_WAIT_MS. */
  maxWaitMs?: number;
}

/** Puts the events of one tab together to chunks by count, bytes and age, and these into the outbox, in order. */
export class TabBatcher {
  readonly #outbox: Outbox;
  readonly #sessionId: string;
  readonly #tabId: string;
  readonly #limits: BatchLimits;
  readonly #onStored: () => void;
  readonly #builder: ChunkBuilder;
  readonly #encoder = new TextEncoder();
  #stored = Promise.withResolvers<void>();
  #hasFullSnapshot = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  readonly #underWay = new Set<Promise<void>>();
  /** Dropped events that the outbox could not even count. */
  #uncounted = 0;

  constructor(outbox: Outbox, ids: { sessionId: string; tabId: string }, limits: BatchLimits, onStored: () => void) {
    this.#outbox = outbox;
    this.#sessionId = ids.sessionId;
    this.#tabId = ids.tabId;
    this.#limits = limits;
    this.#onStored = onStored;
    this.#builder = new ChunkBuilder(limits.maxEvents, limits.maxBytes);
  }

  /** The session that the tab belongs to. */
  get sessionId(): string {
    return this.#sessionId;
  }

  /** A FullSnapshot is among the events that are not in the outbox yet. */
  get holdsFullSnapshot(): boolean {
    return this.#hasFullSnapshot;
  }

  /** Takes events; resolves when all of them are in the outbox, rejects when one of their chunks is not. */
  async append(events: readonly RecordedEvent[]): Promise<void> {
    // First all of them, so that one that JSON cannot hold leaves no half behind.
    const encoded = events.map((event) => this.#encoder.encode(eventToJson(event)));
    const stored = new Set<Promise<void>>();
    for (const [index, bytes] of encoded.entries()) {
      if (this.#builder.overflowsWith(bytes.byteLength)) this.#cut();
      this.#builder.add(bytes);
      this.#hasFullSnapshot ||= events[index]?.type === FULL_SNAPSHOT;
      stored.add(this.#stored.promise);
      if (this.#builder.isFull) this.#cut();
    }
    if (this.#builder.eventCount > 0) {
      this.#timer ??= setTimeout(() => this.#cut(), this.#limits.maxWaitMs ?? MAX_EVENT_WAIT_MS);
    }
    await Promise.all(stored);
  }

  /** Brings what is held into the outbox now. Rejects as `append` does. */
  async flush(): Promise<void> {
    this.#cut();
    await Promise.all(this.#underWay);
  }

  #cut(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const chunk = this.#builder.take();
    if (chunk === undefined) return;
    const stored = this.#stored;
    const hasFullSnapshot = this.#hasFullSnapshot;
    this.#stored = Promise.withResolvers<void>();
    this.#hasFullSnapshot = false;
    const turn = this.#last.catch(() => undefined).then(() => this.#store(chunk, hasFullSnapshot));
    this.#last = turn;
    this.#underWay.add(turn);
    void turn.then(stored.resolve, stored.reject).finally(() => this.#underWay.delete(turn));
  }

  async #store(chunk: { json: Uint8Array<ArrayBuffer>; eventCount: number }, hasFullSnapshot: boolean): Promise<void> {
    const droppedEvents = this.#uncounted;
    try {
      const { seq: _seq, ...encoded } = await encodeChunk({ ...chunk, seq: 0, droppedEvents });
      await this.#outbox.addChunk(this.#sessionId, this.#tabId, { ...encoded, hasFullSnapshot });
      this.#uncounted = 0;
    } catch (error) {
      this.#uncounted = error instanceof OutboxError && error.counted ? 0 : droppedEvents + chunk.eventCount;
      throw error;
    }
    this.#onStored();
  }
}
