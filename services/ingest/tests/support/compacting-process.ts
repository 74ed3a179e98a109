/**
 * A process of its own that merges a session's blocks and prints a line when it begins to write a pack. The test that
 * starts it kills it.
 */
import { writeSync } from "node:fs";
import { FolderBlobStore } from "@gigtrail/platform/blob/folder-store";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import type { IngestSchema } from "../../db/schema.ts";
import { beforePut } from "./altered-blobs.ts";
import { openCompactor } from "./compactor.ts";

const [url = "", blobFolder = "", workspaceId = "", sessionId = ""] = process.argv.slice(2);
const owner = openPool<IngestSchema>({ url }, createLog("test", "silent"), 1);
const database = {
  surroundings: { address: { url }, embedded: false, migrate: false },
  owner,
  stop: () => owner.destroy(),
};
const blobs = beforePut(new FolderBlobStore(blobFolder), () => void writeSync(1, "writing\n"));
const compactor = await openCompactor({ database, blobs });
await compactor.tryCompact({ workspaceId, sessionId });
// Whoever had nothing to do is killed all the same.
writeSync(1, "done\n");
await Bun.sleep(60_000);
