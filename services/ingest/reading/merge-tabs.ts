import { type Frame, toFrames } from "./frames.ts";
import type { ReadChunk } from "./tab-chunks.ts";

const NEWLINE = 10;

/** The chunks of one tab, in order. */
export interface TabSource {
  readonly tabId: string;
  readonly chunks: AsyncIterator<ReadChunk>;
}

/**
 * Merges the tabs of a session into one stream. An event's place is the highest timestamp of its tab up to it: a
 * clock that goes back never reorders a tab's own events. Ties go by tab id. One block of each tab is in memory.
 */
export async function* mergeTabs(sources: readonly TabSource[]): AsyncGenerator<Frame> {
  const cursors: TabCursor[] = [];
  for (const source of sources) {
    const cursor = new TabCursor(source);
    if (await cursor.load()) cursors.push(cursor);
  }
  while (cursors.length > 0) {
    const [first, second] = firstTwo(cursors);
    yield* first.takeWhileBefore(second);
    if (first.atEnd && !(await first.load())) cursors.splice(cursors.indexOf(first), 1);
  }
}

/** The two cursors whose next events come first. */
function firstTwo(cursors: readonly TabCursor[]): [TabCursor, TabCursor | undefined] {
  let [first, second] = cursors as [TabCursor, TabCursor | undefined];
  if (second?.isBefore(first)) [first, second] = [second, first];
  for (const cursor of cursors.slice(2)) {
    if (cursor.isBefore(first)) [first, second] = [cursor, first];
    else if (second === undefined || cursor.isBefore(second)) second = cursor;
  }
  return [first, second];
}

/** A place in a tab's events. */
class TabCursor {
  #chunk: ReadChunk | undefined;
  /** Events of the chunk that are behind, and their bytes. */
  #passed = 0;
  #offset = 0;
  /** Highest timestamp up to and with the next event. */
  #place = -Infinity;

  constructor(private readonly source: TabSource) {}

  /** Goes on to the next chunk; false after the last. */
  async load(): Promise<boolean> {
    const next = await this.source.chunks.next();
    if (next.done === true) return false;
    this.#chunk = next.value;
    this.#passed = 0;
    this.#offset = 0;
    this.#advancePlace();
    return true;
  }

  get atEnd(): boolean {
    return this.#passed >= (this.#chunk?.times.length ?? 0);
  }

  isBefore(other: TabCursor): boolean {
    return this.#place < other.#place || (this.#place === other.#place && this.source.tabId < other.source.tabId);
  }

  /** The events of the chunk in hand that come before the other tab's next one. */
  *takeWhileBefore(other: TabCursor | undefined): Generator<Frame> {
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    const [start, index] = [this.#offset, chunk.index + this.#passed];
    do this.#step(chunk);
    while (!this.atEnd && (other === undefined || this.isBefore(other)));
    const lines = chunk.ndjson.subarray(start, this.#offset);
    yield* toFrames({ tabId: this.source.tabId, seq: chunk.seq, index, lines });
  }

  #step({ ndjson, times }: ReadChunk): void {
    this.#offset = ndjson.indexOf(NEWLINE, this.#offset) + 1;
    this.#passed += 1;
    if (this.#passed < times.length) this.#advancePlace();
  }

  #advancePlace(): void {
    this.#place = Math.max(this.#place, this.#chunk?.times[this.#passed] ?? -Infinity);
  }
}
