import { sql } from "kysely";
import { blobFiles } from "./stored.ts";
import type { IngestUnderTest } from "./ingest-under-test.ts";

/** A block as the rows of its chunks name it. */
export interface NamedBlock {
  readonly tabId: string;
  readonly blockId: string;
  readonly packId: string;
  readonly first: number;
  readonly last: number;
  /** Chunks that name it. */
  readonly chunks: number;
  readonly bytes: number;
}

/** A session's blocks, by tab and number. */
export async function blocksOf({ database }: IngestUnderTest, sessionId: string): Promise<NamedBlock[]> {
  const { rows } = await sql<NamedBlock>`
    select tab_id as "tabId", block_id as "blockId", pack_id as "packId", min(seq) as first, max(seq) as last,
           count(*)::int as chunks, stored_bytes as bytes
      from ingest.chunks where session_id = ${sessionId}
     group by tab_id, block_id, pack_id, pack_offset, stored_bytes order by tab_id, first`.execute(database.owner);
  return rows;
}

/** What the packs' rows say that differs from what lies in the store and what rows of chunks need. */
export async function disagreements({ database, blobFolder }: IngestUnderTest): Promise<string[]> {
  const { rows } = await sql<{ pack: string; live: number; needed: number; state: string }>`
    select coalesce(p.pack_id, c.pack_id) as pack, coalesce(p.live_blocks, -1) as live, p.state,
           coalesce(c.needed, 0)::int as needed
      from ingest.packs p
      full join (select pack_id, count(distinct block_id) as needed from ingest.chunks group by pack_id) c
        on c.pack_id = p.pack_id`.execute(database.owner);
  const files = new Set(blobFiles(blobFolder).map((file) => file.split("/").at(-1) ?? file));
  const wrong = rows.flatMap(({ pack, live, needed, state }) => {
    const isRight = live === needed && (state === "live") === live > 0 && files.has(pack);
    return isRight ? [] : [`${pack} ${state}: ${live} blocks, ${needed} needed, ${files.has(pack) ? "there" : "gone"}`];
  });
  const known = new Set(rows.map(({ pack }) => pack));
  return [...wrong, ...[...files].filter((file) => !known.has(file)).map((file) => `${file}: nobody's`)];
}
