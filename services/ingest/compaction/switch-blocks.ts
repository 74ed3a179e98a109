import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { BlockId } from "../blocks/block.ts";
import type { StoredBlock } from "../blocks/find-blocks.ts";
import type { Pack } from "../blocks/pack.ts";
import { releaseBlocks } from "../blocks/release-blocks.ts";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestSchema } from "../db/schema.ts";

/** A block that was made of others. */
export interface MergedBlock {
  readonly id: BlockId;
  readonly bytes: Uint8Array;
  /** What it was made of: all of it and nothing else. */
  readonly replaces: readonly StoredBlock[];
  /** Events that were left out, because they come from a page that is never recorded. */
  readonly leftOutEvents: number;
}

/**
 * Has the rows of chunks name the merged blocks of a pack instead of those that they were made of, whose packs are let
 * go, in one transaction. Does nothing and returns false when the session is gone or its rows name others by now.
 */
export async function switchBlocks(
  tx: Tx<IngestSchema>,
  session: SessionName,
  merged: readonly MergedBlock[],
  pack: Pack,
): Promise<boolean> {
  if (!(await lockReadable(tx, session))) return false;
  for (const block of merged) if (!(await isUnchanged(tx, block))) return false;
  const replaced = merged.flatMap(({ replaces }) => replaces.map(({ id }) => id.blockId));
  await releaseBlocks(tx, session, replaced);
  // A sweep that took this pack for nobody's has a row for it: then this fails, and the job runs again.
  await tx.insertInto("packs").values({ pack_id: pack.packId, live_blocks: merged.length }).execute();
  for (const [index, block] of merged.entries()) {
    await moveChunks(tx, block, pack.packId, pack.offsets[index] ?? 0);
    await noteInTab(tx, block);
  }
  return true;
}

/** Locks the session's row, as chunks that arrive, deletions and retention do; false when there is nothing to read. */
async function lockReadable(tx: Tx<IngestSchema>, { workspaceId, sessionId }: SessionName): Promise<boolean> {
  const session = await tx
    .selectFrom("sessions")
    .select("session_id")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .where("events_expire_time", "is", null)
    .forUpdate()
    .executeTakeFirst();
  return session !== undefined;
}

async function isUnchanged(tx: Tx<IngestSchema>, { id, replaces }: MergedBlock): Promise<boolean> {
  const blockIds = replaces.map((block) => block.id.blockId);
  const { rows } = await sql<{ same: number }>`
    select count(*)::int as same from chunks
     where workspace_id = ${id.workspaceId} and session_id = ${id.sessionId} and tab_id = ${id.tabId}
       and seq between ${id.firstSeq} and ${id.lastSeq} and block_id = any(${blockIds}::uuid[])`.execute(tx);
  return rows[0]?.same === id.lastSeq - id.firstSeq + 1;
}

async function moveChunks(tx: Tx<IngestSchema>, { id, bytes }: MergedBlock, packId: string, packOffset: number) {
  await tx
    .updateTable("chunks")
    .set({ block_id: id.blockId, pack_id: packId, pack_offset: packOffset, stored_bytes: bytes.length })
    .where("workspace_id", "=", id.workspaceId)
    .where("session_id", "=", id.sessionId)
    .where("tab_id", "=", id.tabId)
    .where("seq", ">=", id.firstSeq)
    .where("seq", "<=", id.lastSeq)
    .execute();
}

async function noteInTab(tx: Tx<IngestSchema>, { id, bytes, replaces, leftOutEvents }: MergedBlock): Promise<void> {
  const moreBytes = bytes.length - replaces.reduce((total, block) => total + block.bytes, 0);
  await sql`
    update tabs set stored_bytes = stored_bytes + ${moreBytes}::bigint,
                    event_count = event_count - ${leftOutEvents}::bigint,
                    cut_events = cut_events + ${leftOutEvents}::bigint
     where workspace_id = ${id.workspaceId} and session_id = ${id.sessionId} and tab_id = ${id.tabId}`.execute(tx);
}
