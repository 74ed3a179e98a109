import { packName } from "@gigtrail/ingest/blocks/pack";
import { migrations } from "@gigtrail/ingest/db/migrations";
import type { IngestSchema } from "@gigtrail/ingest/db/schema";
import { doomOrphans, removeDoomed, removeUnfinished } from "@gigtrail/ingest/sweeps/blob-sweep";
import { FolderBlobStore } from "@gigtrail/platform/blob/folder-store";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { createLog } from "@gigtrail/platform/log";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Check, query } from "./evidence.ts";

/** The sweep leaves alone what is younger than an hour; so it is told that it is two hours later, in milliseconds. */
const LATER_MS = 2 * 60 * 60_000;

/**
 * After the sweeps of ingest, run as if an hour had passed, every file is a pack that a chunk needs and every pack that
 * a chunk needs is a file.
 */
export const checkBlobs: Check = async ({ system }) => {
  const log = createLog("chaos", "silent");
  const blobs = new FolderBlobStore(system.blobFolder);
  const address = { url: system.databaseUrl };
  const db = await openDatabase<IngestSchema>({ address, embedded: false, migrate: false }, "ingest", migrations, log);
  try {
    await doomOrphans({ db, blobs, log }, Date.now() + LATER_MS);
    while (await removeDoomed({ db, blobs, log }));
    await removeUnfinished({ blobs, log }, Date.now() + LATER_MS);
  } finally {
    await db.close();
  }
  const needed = await query<{ pack_id: string; blocks: number | string }>(system, NEEDED);
  const packs = await query<{ pack_id: string; state: string; live_blocks: number | string }>(system, PACKS);
  const files = new Set(filesIn(system.blobFolder));
  const found: string[] = [];
  for (const { pack_id: packId, blocks } of needed) {
    const pack = packs.find((each) => each.pack_id === packId);
    if (!files.delete(packName(packId))) found.push(`the blob of pack ${packId} is gone, and chunks need it`);
    if (pack?.state !== "live" || Number(pack.live_blocks) !== Number(blocks))
      found.push(`pack ${packId} has ${blocks} blocks, and its row says ${pack?.live_blocks} ${pack?.state}`);
  }
  const idle = packs.length - needed.length;
  if (idle !== 0) found.push(`there are ${idle} more packs than chunks need`);
  return [...found, ...Array.from(files, (name) => `nobody needs the file ${name}`)];
};

const NEEDED = `select pack_id, count(distinct block_id) as blocks from ingest.chunks group by pack_id`;
const PACKS = `select pack_id, state, live_blocks from ingest.packs`;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
