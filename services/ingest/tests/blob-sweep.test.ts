import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { packName } from "../blocks/pack.ts";
import { person } from "./support/callers.ts";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { openTab, put, readAll } from "./support/recording.ts";
import { blobFiles } from "./support/stored.ts";

const MINUTE_MS = 60_000;

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** A blob that no row knows, as a process that died before its commit leaves behind. */
async function orphan(ageMs: number): Promise<string> {
  const name = packName(Bun.randomUUIDv7("hex", Date.now() - ageMs));
  await ingest.blobs.put(name, Buffer.from("left behind"));
  return name;
}

/** Orphans are looked for at every start. */
async function sweep(): Promise<void> {
  const second = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder });
  await eventually(async () => {
    const doomed = ingest.database.owner.selectFrom("packs").select("pack_id").where("state", "=", "doomed");
    expect(await doomed.execute()).toEqual([]);
  });
  await second.stop();
}

describe("the sweep", () => {
  test("removes what no chunk needs once it is an hour old, and nothing else", async () => {
    const alice = ingest.as(person());
    const tab = await openTab(alice);
    for (const seq of [0, 1]) await put(alice, tab, seq);
    // Recorded long ago: only its row says that it is needed.
    const old = Bun.randomUUIDv7("hex", Date.now() - 90 * MINUTE_MS);
    const { owner } = ingest.database;
    const live = blobFiles(ingest.blobFolder);
    const oldLive = packName(old);
    await ingest.blobs.put(oldLive, Buffer.from("needed"));
    await owner.insertInto("packs").values({ pack_id: old, live_blocks: 1 }).execute();
    const gone = [await orphan(61 * MINUTE_MS), await orphan(24 * 60 * MINUTE_MS)];
    const young = await orphan(59 * MINUTE_MS);
    await eventually(async () => {
      await sweep();
      for (const name of gone) expect(blobFiles(ingest.blobFolder)).not.toContain(name);
    });
    expect(blobFiles(ingest.blobFolder)).toEqual([...live, oldLive, young].toSorted());
    expect(await readAll(alice, tab.sessionId)).toHaveLength(2);
  });

  test("lets lie what ingest has not written", async () => {
    const foreign = [
      "readme.txt",
      "lost-and-found/1",
      `0192abcd/notes`,
      `0192abcd/${Bun.randomUUIDv7("hex", Date.now() - 61 * MINUTE_MS)}`,
    ];
    for (const name of foreign) await ingest.blobs.put(name, Buffer.from("somebody's"));
    const gone = await orphan(61 * MINUTE_MS);
    await eventually(async () => {
      await sweep();
      expect(blobFiles(ingest.blobFolder)).not.toContain(gone);
    });
    const files = blobFiles(ingest.blobFolder);
    for (const name of foreign) expect(files).toContain(name);
  });

  test("removes the files of a deletion that was cut short", async () => {
    const alice = ingest.as(person());
    const tab = await openTab(alice);
    await put(alice, tab, 0);
    const { owner } = ingest.database;
    const { pack_id: packId } = await owner
      .selectFrom("chunks")
      .select("pack_id")
      .where("tab_id", "=", tab.tabId)
      .executeTakeFirstOrThrow();
    expect(blobFiles(ingest.blobFolder)).toContain(packName(packId));
    await owner.updateTable("packs").set({ state: "doomed" }).where("pack_id", "=", packId).execute();
    await sweep();
    expect(blobFiles(ingest.blobFolder)).not.toContain(packName(packId));
    expect(await owner.selectFrom("packs").selectAll().where("pack_id", "=", packId).execute()).toEqual([]);
  });
});
