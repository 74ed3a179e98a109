import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
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
  const name = `${newId()}/${newId()}/${Bun.randomUUIDv7("hex", Date.now() - ageMs)}`;
  await ingest.blobs.put(name, Buffer.from("left behind"));
  return name;
}

/** Orphans are looked for at every start. */
async function sweep(): Promise<void> {
  const second = await startIngest({ database: ingest.database, blobFolder: ingest.blobFolder });
  await eventually(async () => {
    const doomed = ingest.database.owner.selectFrom("blobs").select("name").where("state", "=", "doomed");
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
    const oldLive = `${newId()}/${newId()}/${old}`;
    await ingest.blobs.put(oldLive, Buffer.from("needed"));
    await owner.insertInto("blobs").values({ name: oldLive, state: "live" }).execute();
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
    const foreign = ["readme.txt", "lost-and-found/1", `${newId()}/${newId()}/notes`];
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
    const name = blobFiles(ingest.blobFolder).find((file) => file.includes(tab.sessionId)) ?? "";
    await owner.updateTable("blobs").set({ state: "doomed" }).where("name", "=", name).execute();
    await sweep();
    expect(blobFiles(ingest.blobFolder)).not.toContain(name);
    expect(await owner.selectFrom("blobs").selectAll().where("name", "=", name).execute()).toEqual([]);
  });
});
