import type { StoredBlock } from "../blocks/find-blocks.ts";
import { MAX_BLOCK_CHUNKS } from "../blocks/limits.ts";
import { MAX_MERGED_BYTES, MIN_BLOCK_EVENTS, TARGET_BLOCK_BYTES } from "./limits.ts";

/** A block that may be merged with its neighbours. */
export interface MeasuredBlock {
  readonly stored: StoredBlock;
  readonly sealed: Uint8Array;
  readonly contentBytes: number;
  readonly eventCount: number;
  /** For each of its chunks, how many leading events come from a page that is never recorded. */
  readonly leftOut: readonly number[];
}

/**
 * Neighbouring blocks of a tab that become one. Blocks are taken in order until the content is large enough. So a
 * block has TARGET_BLOCK_BYTES and MIN_BLOCK_EVENTS at least, unless the tab ends, a chunk is missing, or a large block
 * that was merged before comes after it, or it would grow over MAX_MERGED_BYTES or MAX_BLOCK_CHUNKS.
 */
export class BlockGroup {
  readonly blocks: MeasuredBlock[] = [];
  #contentBytes = 0;
  #events = 0;

  /** Whether a block goes into this group; otherwise it begins the next. */
  takes(next: MeasuredBlock): boolean {
    const last = this.blocks.at(-1);
    if (last === undefined) return true;
    const { firstSeq } = next.stored.id;
    return (
      firstSeq === last.stored.id.lastSeq + 1 &&
      !isLarge(this.#contentBytes, this.#events) &&
      !(isMerged(next) && isLarge(next.contentBytes, next.eventCount)) &&
      this.#contentBytes + next.contentBytes <= MAX_MERGED_BYTES &&
      next.stored.id.lastSeq - this.firstSeq < MAX_BLOCK_CHUNKS
    );
  }

  add(block: MeasuredBlock): void {
    this.blocks.push(block);
    this.#contentBytes += block.contentBytes;
    this.#events += block.eventCount;
  }

  /**
   * Whether there is anything to gain. A chunk's own block is always written anew: it lies in a pack with those of other
   * sessions, and would keep all of that.
   */
  get isWorthIt(): boolean {
    const [only, ...others] = this.blocks;
    return only !== undefined && (others.length > 0 || !isMerged(only) || this.leftOutEvents > 0);
  }

  get firstSeq(): number {
    return this.blocks[0]?.stored.id.firstSeq ?? 0;
  }

  get lastSeq(): number {
    return this.blocks.at(-1)?.stored.id.lastSeq ?? 0;
  }

  /** For each chunk, how many leading events are left out. */
  get leftOut(): number[] {
    return this.blocks.flatMap(({ leftOut }) => leftOut);
  }

  get leftOutEvents(): number {
    return this.leftOut.reduce((total, events) => total + events, 0);
  }
}

function isLarge(contentBytes: number, events: number): boolean {
  return contentBytes >= TARGET_BLOCK_BYTES && events >= MIN_BLOCK_EVENTS;
}

/** Whether it was made here: chunks come in blocks of their own. */
function isMerged({ stored: { id } }: MeasuredBlock): boolean {
  return id.firstSeq < id.lastSeq;
}
