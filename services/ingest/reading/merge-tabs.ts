import { type Frame, toFrames } from "./frames.ts";
import type { TabBlock } from "./tab-blocks.ts";

const NEWLINE = 10;

/** The blocks of one tab, in order. */
export interface TabSource {
  readonly tabId: string;
  readonly blocks: AsyncIterator<TabBlock>;
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
  #block: TabBlock | undefined;
  #index = 0;
  #offset = 0;
  /** Highest timestamp up to and with the next event. */
  #place = -Infinity;

  constructor(private readonly source: TabSource) {}

  /** Goes on to the next block that has events; false after the last. */
  async load(): Promise<boolean> {
    do {
      const next = await this.source.blocks.next();
      if (next.done === true) return false;
      this.#block = next.value;
    } while (this.#block.times.length === 0);
    this.#index = 0;
    this.#offset = 0;
    this.#advancePlace();
    return true;
  }

  get atEnd(): boolean {
    return this.#index >= (this.#block?.times.length ?? 0);
  }

  isBefore(other: TabCursor): boolean {
    return this.#place < other.#place || (this.#place === other.#place && this.source.tabId < other.source.tabId);
  }

  /** The events of the block in hand that come before the other tab's next one. */
  *takeWhileBefore(other: TabCursor | undefined): Generator<Frame> {
    const block = this.#block;
    if (block === undefined) return;
    const start = this.#offset;
    do this.#step(block);
    while (!this.atEnd && (other === undefined || this.isBefore(other)));
    yield* toFrames(this.source.tabId, block.seq, block.ndjson.subarray(start, this.#offset));
  }

  #step({ ndjson, times }: TabBlock): void {
    this.#offset = ndjson.indexOf(NEWLINE, this.#offset) + 1;
    this.#index += 1;
    if (this.#index < times.length) this.#advancePlace();
  }

  #advancePlace(): void {
    this.#place = Math.max(this.#place, this.#block?.times[this.#index] ?? -Infinity);
  }
}
