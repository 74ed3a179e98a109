import { BlobNotFoundError } from "@gigtrail/platform/blob/blob-store";
import { refusal } from "@gigtrail/platform/errors";
import { blobName, type BlockContent, openBlock } from "../blocks/block.ts";
import type { IngestContext } from "../context.ts";
import type { SessionKey } from "../keys/session-keys.ts";

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

type Needs = Pick<IngestContext, "db" | "blobs">;

/** The blocks of a tab in order, one at a time. A session deleted meanwhile ends it with `session_deleted`. */
export async function* tabBlocks(needs: Needs, session: ReadableSession, tabId: string): AsyncGenerator<TabBlock> {
  const { workspaceId, sessionId, key } = session;
  for (let after = -1; ;) {
    const rows = await needs.db.inWorkspace(workspaceId, (tx) =>
      tx
        .selectFrom("chunks")
        .select(["seq", "block_id"])
        .where("workspace_id", "=", workspaceId)
        .where("session_id", "=", sessionId)
        .where("tab_id", "=", tabId)
        .where("seq", ">", after)
        .orderBy("seq")
        .limit(PAGE_SIZE)
        .execute(),
    );
    for (const { seq, block_id: blockId } of rows) {
      const block = { workspaceId, sessionId, tabId, firstSeq: seq, lastSeq: seq, blockId };
      yield { seq, ...openBlock(key, block, await readBlob(needs, blobName(block))) };
      after = seq;
    }
    if (rows.length < PAGE_SIZE) return;
  }
}

async function readBlob({ blobs }: Needs, name: string): Promise<Uint8Array> {
  try {
    return await blobs.get(name);
  } catch (error) {
    if (error instanceof BlobNotFoundError) throw refusal("session_deleted", { cause: error });
    throw error;
  }
}
