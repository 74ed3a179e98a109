import type { Tx } from "@gigtrail/platform/db/database";
import { sql } from "kysely";
import type { IngestSchema } from "../db/schema.ts";
import type { SealedChunk } from "./chunk.ts";

/** What is known of a chunk that is stored. */
export interface StoredChunk {
  readonly hash: Buffer;
  readonly blockId: string;
  readonly maskedValues: number;
  readonly cutEvents: number;
}

/** The chunks under given numbers that are stored already, or were accepted earlier in the same transaction. */
export interface StoredChunks {
  find(chunk: SealedChunk): StoredChunk | undefined;
  add(chunk: SealedChunk): void;
}

/** Looks up, in one query, which of these chunks' numbers are taken. */
export async function storedChunks(tx: Tx<IngestSchema>, chunks: readonly SealedChunk[]): Promise<StoredChunks> {
  const columns = {
    workspaces: chunks.map(({ block }) => block.workspaceId),
    sessions: chunks.map(({ block }) => block.sessionId),
    tabs: chunks.map(({ block }) => block.tabId),
    seqs: chunks.map(({ seq }) => seq),
  };
  const { rows } = await sql<{ index: number } & StoredChunk>`
    select wanted.index, hash, block_id as "blockId", masked_values as "maskedValues",
           cut_events as "cutEvents"
      from unnest(${columns.workspaces}::uuid[], ${columns.sessions}::uuid[], ${columns.tabs}::uuid[],
                  ${columns.seqs}::bigint[]) with ordinality as wanted (workspace_id, session_id, tab_id, seq, index)
      join chunks using (workspace_id, session_id, tab_id, seq)`.execute(tx);
  const known = new Map<string, StoredChunk>();
  for (const row of rows) {
    const chunk = chunks[row.index - 1];
    if (chunk !== undefined) known.set(identity(chunk), row);
  }
  return {
    find: (chunk) => known.get(identity(chunk)),
    add: (chunk) => known.set(identity(chunk), { ...chunk, blockId: chunk.block.blockId }),
  };
}

function identity({ block, seq }: SealedChunk): string {
  return `${block.workspaceId} ${block.sessionId} ${block.tabId} ${seq}`;
}
