import { readdirSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import type { IngestUnderTest } from "./ingest-under-test.ts";

const TABLES = [
  "sessions",
  "tabs",
  "chunks",
  "workspace_keys",
  "session_keys",
  "tombstones",
  "outbox",
  "outbox_head",
  "packs",
  "recording_settings",
  "session_deletions",
] as const;

/** Everything that is stored: every row of every table as text, and the name of every file. */
export interface Stored {
  readonly rows: Readonly<Record<string, readonly string[]>>;
  readonly files: readonly string[];
}

/** Takes down everything that is stored, to see that a call changed nothing. */
export async function allStored({ database, blobFolder }: IngestUnderTest): Promise<Stored> {
  const rows: Record<string, string[]> = {};
  for (const table of TABLES) {
    const found = await sql<{
      row: string;
    }>`select t::text as row from ${sql.table(`ingest.${table}`)} t order by 1`.execute(database.owner);
    rows[table] = found.rows.map(({ row }) => row);
  }
  return { rows, files: blobFiles(blobFolder) };
}

/** The files in the blob folder, unfinished ones too. */
export function blobFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}
