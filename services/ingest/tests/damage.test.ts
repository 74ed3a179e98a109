import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { newId } from "@gigtrail/platform/ids";
import { packName } from "../blocks/pack.ts";
import { type Person, person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, openTab, put, readAll, type TabName } from "./support/recording.ts";
import { errorOf } from "./support/refusals.ts";

let ingest: IngestUnderTest;
let alice: Person;
let client: IngestClient;
let tab: TabName;

beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());
beforeEach(async () => {
  alice = person();
  client = ingest.as(alice);
  tab = await openTab(client);
  await put(client, tab, 0, [event("secret word one")]);
  await put(client, tab, 1, [event("secret word two")]);
});

async function blockIds({ tabId }: TabName): Promise<string[]> {
  const chunks = ingest.database.owner
    .selectFrom("chunks")
    .select("block_id")
    .where("tab_id", "=", tabId)
    .orderBy("seq");
  return (await chunks.execute()).map((row) => row.block_id);
}

/** The files of the tab's two chunks: they came one after the other, so each has a pack of its own. */
async function pathsOf({ tabId }: TabName): Promise<[string, string]> {
  const chunks = ingest.database.owner
    .selectFrom("chunks")
    .select("pack_id")
    .where("tab_id", "=", tabId)
    .orderBy("seq");
  const [first = "", second = ""] = (await chunks.execute()).map((row) =>
    join(ingest.blobFolder, packName(row.pack_id)),
  );
  return [first, second];
}

/** Expects that reading fails as a fault of the server, says nothing about it, and gives no wrong event before. */
async function expectFault(sessionId = tab.sessionId): Promise<void> {
  const fault = await errorOf(readAll(client, sessionId));
  expect(fault).toMatchObject({
    reason: "internal",
    message: "Something went wrong on the server. The request id finds it in the log.",
  });
  expect(JSON.stringify(fault)).not.toContain("secret");
}

describe("reading fails closed", () => {
  test("when rows name each other's blocks", async () => {
    const [first, second] = await blockIds(tab);
    const { owner } = ingest.database;
    for (const [seq, blockId] of [second, first].entries()) {
      await owner
        .updateTable("chunks")
        .set({ block_id: blockId ?? "" })
        .where("tab_id", "=", tab.tabId)
        .where("seq", "=", seq)
        .execute();
    }
    await expectFault();
  });

  test("when files are swapped", async () => {
    const [first, second] = await pathsOf(tab);
    renameSync(first, `${first}.kept`);
    renameSync(second, first);
    renameSync(`${first}.kept`, second);
    await expectFault();
  });

  test("when an older file stands in for a block", async () => {
    const [first, second] = await pathsOf(tab);
    writeFileSync(second, readFileSync(first));
    await expectFault();
  });

  test("when one bit of a file is another, wherever it is", async () => {
    const [first] = await pathsOf(tab);
    const bytes = readFileSync(first);
    for (const at of [0, 1, 12, 13, 40, bytes.length - 17, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(first, damaged);
      await expectFault();
    }
    writeFileSync(first, bytes);
    expect(await readAll(client, tab.sessionId)).toHaveLength(2);
  });

  test("when a file is cut short, empty or gone", async () => {
    const [first] = await pathsOf(tab);
    const bytes = readFileSync(first);
    for (const length of [bytes.length - 1, 20, 1, 0]) {
      writeFileSync(first, bytes.subarray(0, length));
      await expectFault();
    }
    rmSync(first);
    // Not as a deletion: who follows would throw away what was derived from it.
    await expectFault();
  });

  test("when a key is that of another session, or of another workspace, or damaged", async () => {
    const { owner } = ingest.database;
    const other = await openTab(client);
    const foreign = person();
    const foreignTab = await openTab(ingest.as(foreign));
    const keyOf = async ({ sessionId }: TabName) =>
      (
        await owner
          .selectFrom("session_keys")
          .select("wrapped_key")
          .where("session_id", "=", sessionId)
          .executeTakeFirstOrThrow()
      ).wrapped_key;
    for (const key of [await keyOf(other), await keyOf(foreignTab), Buffer.alloc(60), Buffer.alloc(0)]) {
      await owner
        .updateTable("session_keys")
        .set({ wrapped_key: key })
        .where("session_id", "=", tab.sessionId)
        .execute();
      await expectFault();
    }
  });

  test("when a chunk is moved to another tab or number", async () => {
    const { owner } = ingest.database;
    await owner.updateTable("chunks").set({ seq: 7 }).where("tab_id", "=", tab.tabId).where("seq", "=", 1).execute();
    await expectFault();
  });

  test("when the service has another master key", async () => {
    const masterKey = Buffer.alloc(32, 8).toString("base64");
    const other = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder, masterKey });
    expect(await errorOf(readAll(other.as(alice), tab.sessionId))).toMatchObject({ reason: "internal" });
    expect(await errorOf(put(other.as(alice), tab, 2))).toMatchObject({ reason: "internal" });
    await other.stop();
  });
});

test("a damaged session does not keep others from being read or recorded", async () => {
  const [first] = await pathsOf(tab);
  rmSync(first);
  const whole = { sessionId: (await openTab(client)).sessionId, tabId: newId() };
  await put(client, whole, 0);
  await expectFault();
  expect(await readAll(client, whole.sessionId)).toHaveLength(1);
});
