import { BlobNotFoundError } from "@gigtrail/platform/blob/blob-store";
import type { Tx } from "@gigtrail/platform/db/database";
import { refusal } from "@gigtrail/platform/errors";
import type { Selectable } from "kysely";
import { type BlockContent, openBlock } from "../blocks/block.ts";
import { packName } from "../blocks/pack.ts";
import type { IngestContext } from "../context.ts";
import type { IngestSchema } from "../db/schema.ts";
import type { SessionKey } from "../keys/session-keys.ts";
import { KEY_CACHE_MS } from "../limits.ts";

/** Rows read at a time; memory holds these and one block. */
const PAGE_SIZE = 500;

/** A session that is being read. */
export interface ReadableSession {
  readonly workspaceId: string;
  readonly sessionId: string;
  readonly key: SessionKey;
}

/** A block with the number of its first chunk. */
export interface TabBlock extends BlockContent {
  readonly seq: number;
}

type BlockPlace = Pick<Selectable<IngestSchema["chunks"]>, "pack_id" | "pack_offset" | "stored_bytes">;

type Needs = Pick<IngestContext, "db" | "blobs">;

/**
 * The blocks of a tab in order, one at a time. A session deleted meanwhile ends it with `session_deleted`, at the
 * latest KEY_CACHE_MS later and never as if that had been all.
 */
export async function* tabBlocks(needs: Needs, session: ReadableSession, tabId: string): AsyncGenerator<TabBlock> {
  const { workspaceId, sessionId, key } = session;
  for (let after = -1; ;) {
    const rows = await readRows(needs, session, tabId, after);
    const goodUntilMs = Date.now() + KEY_CACHE_MS;
    if (rows.length === 0) return;
    for (const row of rows) {
      const { seq, block_id: blockId } = row;
      const block = { workspaceId, sessionId, tabId, firstSeq: seq, lastSeq: seq, blockId };
      yield { seq, ...openBlock(key, block, await readBlock(needs, session, row)) };
      after = seq;
      if (Date.now() > goodUntilMs) break;
    }
  }
}

/** The next rows of a tab; none after the last. Throws `session_deleted`. */
function readRows({ db }: Needs, session: ReadableSession, tabId: string, after: number) {
  return db.inWorkspace(session.workspaceId, async (tx) => {
    const rows = await tx
      .selectFrom("chunks")
      .select(["seq", "block_id", "pack_id", "pack_offset", "stored_bytes"])
      .where("workspace_id", "=", session.workspaceId)
      .where("session_id", "=", session.sessionId)
      .where("tab_id", "=", tabId)
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(PAGE_SIZE)
      .execute();
    // After the rows: a deletion between the two statements would otherwise look like the end of the tab.
    await requireSession(tx, session);
    return rows;
  });
}

async function readBlock({ db, blobs }: Needs, session: ReadableSession, place: BlockPlace): Promise<Uint8Array> {
  try {
    return await blobs.get(packName(place.pack_id), place.pack_offset, place.stored_bytes);
  } catch (error) {
    // A blob that a live session lacks is damage, and must not be taken for a deletion.
    if (error instanceof BlobNotFoundError) {
      await db.inWorkspace(session.workspaceId, (tx) => requireSession(tx, session));
    }
    throw error;
  }
}

async function requireSession(tx: Tx<IngestSchema>, { workspaceId, sessionId }: ReadableSession): Promise<void> {
  const found = await tx
    .selectFrom("session_keys")
    .select("session_id")
    .where("workspace_id", "=", workspaceId)
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
  if (found === undefined) throw refusal("session_deleted");
}
