import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { SessionName } from "../chunks/open-sessions.ts";
import type { IngestSchema } from "../db/schema.ts";
import type { BlockId } from "./block.ts";
import { MAX_BLOCK_CHUNKS } from "./limits.ts";
import type { PackPlace } from "./pack.ts";

/** Rows of chunks read at a time; a block may have more, and is found whole all the same. */
const PAGE_ROWS = 500;

/** A block and where it lies. */
export interface StoredBlock extends PackPlace {
  readonly id: BlockId;
  /** Its length, in bytes. */
  readonly bytes: number;
}

/** A run of rows that name the same block. */
interface Run {
  blockId: string;
  packId: string;
  packOffset: number;
  bytes: number;
  first: number;
  last: number;
  rows: number;
}

/**
 * The next blocks of a tab, in order: the one that holds the first chunk after `afterSeq`, whole though it may begin
 * before, and those that follow. None after the tab's last.
 */
export async function findBlocks(
  tx: Tx<IngestSchema>,
  session: SessionName,
  tabId: string,
  afterSeq: number,
): Promise<StoredBlock[]> {
  const { workspaceId, sessionId } = session;
  const { rows: runs } = await sql<Run>`
    select block_id as "blockId", pack_id as "packId", pack_offset as "packOffset", stored_bytes as bytes,
           min(seq) as first, max(seq) as last, count(*)::int as rows
      from (select seq, block_id, pack_id, pack_offset, stored_bytes from chunks
             where workspace_id = ${workspaceId} and session_id = ${sessionId} and tab_id = ${tabId}
               and seq > ${afterSeq}
             order by seq limit ${PAGE_ROWS}) as page
     group by block_id, pack_id, pack_offset, stored_bytes
     order by first`.execute(tx);
  const isFull = runs.reduce((total, run) => total + run.rows, 0) === PAGE_ROWS;
  const ends = new Set([runs[0], isFull ? runs.at(-1) : undefined]);
  for (const run of runs) if (ends.has(run)) Object.assign(run, await wholeRun(tx, session, tabId, run));
  return runs.map(({ blockId, first, last, packId, packOffset, bytes }) => ({
    id: { workspaceId, sessionId, tabId, firstSeq: first, lastSeq: last, blockId },
    packId,
    offset: packOffset,
    bytes,
  }));
}

/** First and last chunk of a block of which one is known; it has MAX_BLOCK_CHUNKS at most. */
async function wholeRun(
  tx: Tx<IngestSchema>,
  { workspaceId, sessionId }: SessionName,
  tabId: string,
  { blockId, first }: Run,
): Promise<Pick<Run, "first" | "last">> {
  const { rows } = await sql<Pick<Run, "first" | "last">>`
    select min(seq) as first, max(seq) as last from chunks
     where workspace_id = ${workspaceId} and session_id = ${sessionId} and tab_id = ${tabId}
       and seq between ${first - MAX_BLOCK_CHUNKS}::bigint and ${first + MAX_BLOCK_CHUNKS}::bigint
       and block_id = ${blockId}`.execute(tx);
  if (rows[0] === undefined) throw new Error("an aggregate has no row");
  return rows[0];
}
