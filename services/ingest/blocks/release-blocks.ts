import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestSchema } from "../db/schema.ts";

/**
 * Takes blocks of a session out of their packs' counts: all of them, or those that are named. A pack without any is
 * doomed, for the sweep to remove. Call it once for a block, while the rows of its chunks still name it, in the
 * transaction that deletes them or has them name another. Packs are locked in id order, so that two such transactions
 * cannot wait for each other in a circle.
 */
export async function releaseBlocks(
  tx: Tx<IngestSchema>,
  { workspaceId, sessionId }: SessionName,
  blockIds?: readonly string[],
): Promise<void> {
  const named = blockIds === undefined ? sql`` : sql`and block_id = any(${blockIds}::uuid[])`;
  const released = sql`
    select pack_id, count(distinct block_id)::int as blocks from chunks
     where workspace_id = ${workspaceId} and session_id = ${sessionId} ${named} group by pack_id`;
  await sql`select 1 from packs where pack_id in (select pack_id from (${released}) r) order by pack_id for update`.execute(
    tx,
  );
  await sql`
    update packs set live_blocks = live_blocks - r.blocks,
                     state = case when live_blocks <= r.blocks then 'doomed' else state end
      from (${released}) r where r.pack_id = packs.pack_id`.execute(tx);
}
