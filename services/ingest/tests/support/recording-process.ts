/**
 * A process of its own that runs ingest and uploads chunks to it without end, and prints each one's name (tab, number)
 * once it is acknowledged. The test that starts it kills it.
 */
import { writeSync } from "node:fs";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import type { IngestSchema } from "../../db/schema.ts";
import { person } from "./callers.ts";
import { startIngest } from "./ingest-under-test.ts";
import { put } from "./recording.ts";

const [url = "", blobFolder = "", workspaceId = "", userId = "", sessionId = "", ...tabIds] = process.argv.slice(2);
const owner = openPool<IngestSchema>({ url }, createLog("test", "silent"), 1);
const database = {
  surroundings: { address: { url }, embedded: false, migrate: false },
  owner,
  stop: () => owner.destroy(),
};
const ingest = await startIngest({ database, blobFolder });
const client = ingest.as(person({ workspaceId, userId }));

async function record(tabId: string): Promise<void> {
  for (let seq = 0; ; seq += 1) {
    await put(client, { sessionId, tabId }, seq);
    writeSync(1, `${tabId} ${seq}\n`);
  }
}

await Promise.all(tabIds.map(record));
