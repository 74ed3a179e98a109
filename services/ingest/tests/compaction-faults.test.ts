import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { createLog } from "@gigtrail/platform/log";
import { newId } from "@gigtrail/platform/ids";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { doomOrphans, removeUnfinished } from "../sweeps/blob-sweep.ts";
import { person } from "./support/callers.ts";
import { type Compactor, openCompactor } from "./support/compactor.ts";
import { FailingDatabase, failingBlobs, Faults } from "./support/failing-storage.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { readLines } from "./support/positions.ts";
import { openSession, put } from "./support/recording.ts";
import { blocksOf, disagreements } from "./support/stored-blocks.ts";
import { postgres } from "./support/test-database.ts";

const PROCESS = join(import.meta.dir, "support/compacting-process.ts");
const HOUR_MS = 60 * 60_000;
/** Processes that are killed, each a millisecond later than the one before. */
const KILLS = 10;

let ingest: IngestUnderTest;
let compactor: Compactor;
let client: IngestClient;
const alice = person();
beforeAll(async () => {
  ingest = await startIngest();
  compactor = await openCompactor(ingest);
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(async () => {
  await compactor?.stop();
  await ingest?.stop();
});

/** A session of two tabs that is never finished, so that only the test merges its blocks. */
async function record(chunks: number): Promise<string> {
  const sessionId = await openSession(client);
  for (const tabId of [newId(), newId()]) {
    for (let seq = 0; seq < chunks; seq += 1) await put(client, { sessionId, tabId }, seq);
  }
  return sessionId;
}

/** Removes what nobody needs, as the sweeps do an hour later. */
async function sweep(): Promise<void> {
  const needs = { db: compactor.db, blobs: ingest.blobs, log: createLog("sweep", "silent") };
  await doomOrphans(needs, Date.now() + 2 * HOUR_MS);
  await removeUnfinished(needs, Date.now() + 2 * HOUR_MS);
  await compactor.removeDoomed();
}

test.each(["before", "after"] as const)(
  "whichever step of storage fails %s it is done, the session can be read and nothing is left behind",
  async (when) => {
    const faults = new Faults();
    const db = new FailingDatabase(ingest.database, faults);
    const blobs = failingBlobs(ingest.blobs, faults);
    let failures = 0;
    for (let step = 0; ; step += 1) {
      const sessionId = await record(3);
      const session = { workspaceId: alice.workspaceId, sessionId };
      const lines = await readLines(client, sessionId);
      faults.plan(step, when);
      const failed = await compactor.tryCompact(session, { db, blobs }).then(
        () => false,
        () => true,
      );
      expect(failed).toBe(faults.happened);
      expect(await readLines(client, sessionId)).toEqual(lines);
      await sweep();
      expect(await disagreements(ingest)).toEqual([]);
      expect(await readLines(client, sessionId)).toEqual(lines);
      await compactor.compact(session);
      expect(await readLines(client, sessionId)).toEqual(lines);
      expect(await blocksOf(ingest, sessionId)).toHaveLength(2);
      expect(await disagreements(ingest)).toEqual([]);
      if (!faults.happened) break;
      failures += 1;
    }
    // Open, look up twice and read thrice in each of two tabs, write, switch.
    expect(failures).toBe(13);
    await db.close();
  },
  30_000,
);

test.skipIf(postgres.skip)(
  postgres.title("a process that is killed while it merges leaves a session that can be read, and no orphan"),
  async () => {
    const sessionId = await openSession(client);
    const session = { workspaceId: alice.workspaceId, sessionId };
    const tabIds = [newId(), newId()];
    const { address } = ingest.database.surroundings;
    if (!("url" in address)) throw new Error("the database has no address");
    const args = [address.url, ingest.blobFolder, alice.workspaceId, sessionId];
    for (let round = 0; round < KILLS; round += 1) {
      // There is something to merge each time.
      for (const tabId of tabIds) for (const more of [0, 1]) await put(client, { sessionId, tabId }, round * 2 + more);
      const lines = await readLines(client, sessionId);
      const child = Bun.spawn([process.execPath, PROCESS, ...args], { stdout: "pipe" });
      // It says so when it begins to write a pack; it is killed at some moment after that.
      const { value } = await child.stdout.getReader().read();
      expect(Buffer.from(value ?? []).toString()).toStartWith("writing");
      await Bun.sleep(round);
      child.kill("SIGKILL");
      await child.exited;
      expect(await readLines(client, sessionId)).toEqual(lines);
      await sweep();
      expect(await disagreements(ingest)).toEqual([]);
    }
    const lines = await readLines(client, sessionId);
    await compactor.compact(session);
    expect(await readLines(client, sessionId)).toEqual(lines);
    expect(await blocksOf(ingest, sessionId)).toHaveLength(2);
    expect(await disagreements(ingest)).toEqual([]);
  },
  60_000,
);
