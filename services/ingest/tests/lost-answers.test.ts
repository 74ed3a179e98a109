import { afterAll, beforeAll, expect, test } from "bun:test";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { createLog } from "@gigtrail/platform/log";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { ChunkIntake, type UploadedChunk } from "../chunks/chunk-intake.ts";
import type { IngestSchema } from "../db/schema.ts";
import { SessionKeyCache } from "../keys/session-key-cache.ts";
import { SessionKeys } from "../keys/session-keys.ts";
import { ChunkPreparer } from "../preparing/chunk-preparer.ts";
import { ampleRoom } from "./support/ample-room.ts";
import { person } from "./support/callers.ts";
import { type IngestUnderTest, MASTER_KEY, startIngest } from "./support/ingest-under-test.ts";
import { eventsIn, eventsOf, openTab, packed, put, readAll, type TabName } from "./support/recording.ts";

/** A database that commits and then loses the connection before it can say so. */
class ForgetfulDatabase extends Database<IngestSchema> {
  /** Which of the coming transactions to forget, 0 being the next. */
  forget: number | undefined;

  override async inWorkspace<T>(...args: Parameters<Database<IngestSchema>["inWorkspace"]>): Promise<T> {
    const result = await super.inWorkspace<T>(...(args as [string, () => Promise<T>]));
    if (this.forget === undefined) return result;
    this.forget -= 1;
    if (this.forget >= 0) return result;
    this.forget = undefined;
    throw new Error("Connection terminated unexpectedly");
  }
}

let ingest: IngestUnderTest;
let db: ForgetfulDatabase;
let intake: ChunkIntake;
const alice = person();

beforeAll(async () => {
  ingest = await startIngest();
  db = new ForgetfulDatabase(openPool(ingest.database.surroundings.address, createLog("test", "silent"), 2), "ingest");
  const keys = new SessionKeys(MasterKey.parse(MASTER_KEY).derive("ingest/workspace-keys"));
  const preparer = new ChunkPreparer();
  const guard = ampleRoom();
  intake = new ChunkIntake({ db, blobs: ingest.blobs, keys: new SessionKeyCache(keys), preparer, guard });
}, START_TIMEOUT_MS);
afterAll(async () => {
  await db?.close();
  await ingest?.stop();
});

function uploaded(tab: TabName, seq: number): UploadedChunk {
  const { workspaceId, userId } = alice;
  const chunk = packed(eventsOf(tab, seq));
  return {
    ...tab,
    ...chunk,
    workspaceId,
    userId,
    seq,
    droppedEvents: 0,
    clientSentTime: undefined,
    receiveTime: new Date(),
  };
}

async function expectAllThere(tab: TabName, through: number): Promise<void> {
  const sent = Array.from({ length: through + 1 }, (_, seq) => eventsOf(tab, seq)).flat();
  expect(eventsIn(await readAll(ingest.as(alice), tab.sessionId))).toEqual(sent);
}

// A group is retried chunk by chunk; each then finds itself stored, and must not take its own blob for a copy's.
test("chunks whose group was committed without an answer are kept and acknowledged", async () => {
  const tab = await openTab(ingest.as(alice));
  await intake.store(uploaded(tab, 0));
  db.forget = 1;
  const outcomes = await Promise.all([1, 2, 3, 4, 5].map((seq) => intake.store(uploaded(tab, seq))));
  expect(outcomes.map(({ stored }) => stored)).toEqual([true, true, true, true, true]);
  await expectAllThere(tab, 5);
});

test("a chunk that was committed without an answer is a duplicate when it comes again, and is kept", async () => {
  const tab = await openTab(ingest.as(alice));
  await intake.store(uploaded(tab, 0));
  db.forget = 0;
  await expect(intake.store(uploaded(tab, 1))).rejects.toThrow("Connection terminated");
  expect((await intake.store(uploaded(tab, 1))).stored).toBe(false);
  await put(ingest.as(alice), tab, 2);
  await expectAllThere(tab, 2);
});
