import { BlobNotFoundError } from "@gigtrail/platform/blob/blob-store";
import type { IngestContext } from "../context.ts";
import { openBlock } from "../blocks/block.ts";
import { findBlocks, type StoredBlock } from "../blocks/find-blocks.ts";
import { PageInOrder } from "../blocks/page-in-order.ts";
import { packName } from "../blocks/pack.ts";
import { splitChunks, withoutFirst } from "../blocks/split-chunks.ts";
import { KEY_CACHE_MS } from "../limits.ts";
import { type ReadableSession, requireReadable } from "./readable-session.ts";
import { lastCutBefore } from "./last-cut-before.ts";

/** What is to be read of a chunk: at least one event. */
export interface ReadChunk {
  readonly seq: number;
  /** The first event's place among those of the chunk that are stored. */
  readonly index: number;
  /** A time for each event, in milliseconds. */
  readonly times: Float64Array;
  /** The events, one JSON object a line. */
  readonly ndjson: Uint8Array;
}

/** A place in a tab: a chunk, and an event's place among those that are stored of it. */
export interface TabPosition {
  readonly seq: number;
  readonly index: number;
}

const START: TabPosition = { seq: 0, index: 0 };

type Needs = Pick<IngestContext, "db" | "blobs">;

/**
 * The chunks of a tab in order, from a position on; one block is in memory. Events that turn out to come from a page
 * that is never recorded are left out. A session that is deleted (or expires) meanwhile ends it with its reason, at the
 * latest KEY_CACHE_MS later and never as if that had been all.
 */
export async function* tabChunks(
  needs: Needs,
  session: ReadableSession,
  tabId: string,
  from = START,
): AsyncGenerator<ReadChunk> {
  const page = new PageInOrder();
  let afterSeq = (await pageKnownFrom(needs, session, tabId, from.seq)) - 1;
  // A block that is gone was merged with others since it was looked up. One that is named again is damage.
  let goneBlock: string | undefined;
  for (;;) {
    const blocks = await nextBlocks(needs, session, tabId, afterSeq);
    const goodUntilMs = Date.now() + KEY_CACHE_MS;
    if (blocks.length === 0) return;
    for (const block of blocks) {
      const sealed = await readBlock(needs, block, goneBlock);
      if (sealed === undefined) {
        goneBlock = block.id.blockId;
        break;
      }
      for (const chunk of splitChunks(openBlock(session.key, block.id, sealed))) {
        if (chunk.seq <= afterSeq) continue;
        afterSeq = chunk.seq;
        const skipped = Math.max(page.pass(chunk), eventsBefore(from, chunk.seq));
        if (skipped < chunk.eventCount) yield { seq: chunk.seq, index: skipped, ...withoutFirst(chunk, skipped) };
      }
      if (Date.now() > goodUntilMs) break;
    }
  }
}

/** How many events of a chunk lie before a position. */
function eventsBefore(from: TabPosition, seq: number): number {
  if (seq < from.seq) return Infinity;
  return seq === from.seq ? from.index : 0;
}

/** The chunk from which on a tab must be followed, to know which page it is on when a given chunk begins. */
async function pageKnownFrom({ db }: Needs, session: ReadableSession, tabId: string, seq: number): Promise<number> {
  if (seq === 0) return 0;
  const cut = await db.inWorkspace(session.workspaceId, (tx) => lastCutBefore(tx, session, tabId, seq));
  return cut ?? seq;
}

/** The next blocks of a tab; none after the last. Throws why the session cannot be read any more. */
function nextBlocks({ db }: Needs, session: ReadableSession, tabId: string, afterSeq: number): Promise<StoredBlock[]> {
  return db.inWorkspace(session.workspaceId, async (tx) => {
    const blocks = await findBlocks(tx, session, tabId, afterSeq);
    // After the rows: a deletion between the two statements would otherwise look like the end of the tab.
    await requireReadable(tx, session);
    return blocks;
  });
}

/** A block's bytes; undefined when its pack is gone. Throws when that is so for the second time. */
async function readBlock(
  { blobs }: Needs,
  { id, packId, offset, bytes }: StoredBlock,
  goneBlock: string | undefined,
): Promise<Uint8Array | undefined> {
  try {
    return await blobs.get(packName(packId), offset, bytes);
  } catch (error) {
    if (!(error instanceof BlobNotFoundError) || id.blockId === goneBlock) throw error;
    return undefined;
  }
}
