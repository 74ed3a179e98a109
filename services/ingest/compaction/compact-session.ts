import { newId } from "@gigtrail/platform/ids";
import type { BlockChunk } from "../blocks/block-content.ts";
import { findBlocks, type StoredBlock } from "../blocks/find-blocks.ts";
import { packName } from "../blocks/pack.ts";
import { PageInOrder } from "../blocks/page-in-order.ts";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestContext } from "../context.ts";
import type { SessionKey } from "../keys/session-keys.ts";
import { BlockGroup, type MeasuredBlock } from "./block-group.ts";
import type { BlockMerger } from "./block-merger.ts";
import { PackOutput } from "./pack-output.ts";

/** What compaction stands on. */
export interface CompactionNeeds extends Pick<IngestContext, "db" | "blobs" | "keys" | "wake"> {
  readonly merger: BlockMerger;
}

interface Compaction extends CompactionNeeds {
  readonly session: SessionName;
  readonly key: SessionKey;
  readonly signal: AbortSignal;
}

/**
 * Merges the blocks of a session's chunks into few. In memory are the sealed blocks that go into one, and what is
 * gathered for a pack. Each pack's blocks take their place in one transaction, so that whatever ends this leaves a
 * session that can be read; what it had not done is done when it runs again. A session that is gone is nothing to do.
 * Throws BlocksChangedError when others change the blocks at the same time.
 */
export async function compactSession(needs: CompactionNeeds, session: SessionName, signal: AbortSignal): Promise<void> {
  const opened = await open(needs, session);
  if (opened === undefined) return;
  const compaction = { ...needs, session, signal, key: opened.key };
  const output = new PackOutput(needs, session);
  for (const tabId of opened.tabIds) await compactTab(compaction, tabId, output);
  await output.flush();
}

function open({ db, keys }: CompactionNeeds, { workspaceId, sessionId }: SessionName) {
  return db.inWorkspace(workspaceId, async (tx) => {
    const key = await keys.find(tx, workspaceId, sessionId);
    if (key === undefined) return undefined;
    const tabs = tx
      .selectFrom("tabs")
      .select("tab_id")
      .where("workspace_id", "=", workspaceId)
      .where("session_id", "=", sessionId)
      .orderBy("tab_id");
    return { key, tabIds: (await tabs.execute()).map((row) => row.tab_id) };
  });
}

async function compactTab(compaction: Compaction, tabId: string, output: PackOutput): Promise<void> {
  let group = new BlockGroup();
  for await (const block of measuredBlocks(compaction, tabId)) {
    if (!group.takes(block)) {
      await mergeGroup(compaction, tabId, group, output);
      group = new BlockGroup();
    }
    group.add(block);
  }
  await mergeGroup(compaction, tabId, group, output);
}

async function* measuredBlocks(compaction: Compaction, tabId: string): AsyncGenerator<MeasuredBlock> {
  const page = new PageInOrder();
  for (let afterSeq = -1; ;) {
    const blocks = await nextBlocks(compaction, tabId, afterSeq);
    if (blocks.length === 0) return;
    for (const stored of blocks) {
      compaction.signal.throwIfAborted();
      yield await measured(compaction, stored, page);
      afterSeq = stored.id.lastSeq;
    }
  }
}

function nextBlocks({ db, session }: Compaction, tabId: string, afterSeq: number): Promise<StoredBlock[]> {
  return db.inWorkspace(session.workspaceId, (tx) => findBlocks(tx, session, tabId, afterSeq));
}

async function measured(
  { blobs, merger, key }: Compaction,
  stored: StoredBlock,
  page: PageInOrder,
): Promise<MeasuredBlock> {
  const { id, packId, offset, bytes } = stored;
  const sealed = await blobs.get(packName(packId), offset, bytes);
  const { contentBytes, chunks } = await merger.measure(key.bytes, { id, bytes: sealed });
  const eventCount = chunks.reduce((total, chunk) => total + chunk.eventCount, 0);
  const leftOut = chunks.map((chunk: BlockChunk) => page.pass(chunk));
  return { stored, sealed, contentBytes, eventCount, leftOut };
}

async function mergeGroup(
  { session, merger, key }: Compaction,
  tabId: string,
  group: BlockGroup,
  output: PackOutput,
): Promise<void> {
  if (!group.isWorthIt) return;
  const { blocks, firstSeq, lastSeq, leftOut, leftOutEvents } = group;
  const id = { ...session, tabId, firstSeq, lastSeq, blockId: newId() };
  const sealed = blocks.map(({ stored, sealed: bytes }) => ({ id: stored.id, bytes }));
  const bytes = await merger.merge({ key: key.bytes, blocks: sealed, leftOut, into: id });
  await output.add({ id, bytes, replaces: blocks.map(({ stored }) => stored), leftOutEvents });
}
