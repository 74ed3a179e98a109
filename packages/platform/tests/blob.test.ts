import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, globSync, readdirSync, statfsSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import * as fc from "fast-check";
import { BlobNotFoundError } from "../blob/blob-store.ts";
import { FolderBlobStore } from "../blob/folder-store.ts";
import { blobContract, BYTES, namesOf, type StoreUnderTest } from "./blob-contract.ts";

describe("blobs in a folder", () => {
  const folder = createTempFolder();
  afterAll(() => folder.remove());
  let count = 0;
  const newStore = (): StoreUnderTest & { store: FolderBlobStore; root: string } => {
    count += 1;
    const root = join(folder.path, `store-${count}`);
    const residue = () => filesIn(root).toSorted();
    return { root, store: new FolderBlobStore(root), residue, env: { BLOB_FOLDER: root } };
  };

  blobContract(newStore);

  test("a put that fails leaves nothing", async () => {
    const { store, root } = newStore();
    await store.put("w1/folder/blob", BYTES);
    await expect(store.put("w1/folder", BYTES)).rejects.toThrow();
    expect(readdirSync(join(root, "w1"))).toEqual(["folder"]);
  });

  test("what is under way is a file of another name", async () => {
    const { store, root } = newStore();
    const writer = await store.create("w1/late");
    await writer.write(BYTES);
    expect(readdirSync(join(root, "w1"))).toHaveLength(1);
    await expect(store.get("w1/late")).rejects.toThrow(BlobNotFoundError);
    await writer.close();
    expect(readdirSync(join(root, "w1"))).toEqual(["late"]);
  });

  test("what writers that died have left is removed, and nothing that is still written to or finished", async () => {
    const { store, root } = newStore();
    await store.put("w1/a", BYTES);
    const left = await store.create("w1/s1/left");
    await left.write(BYTES);
    expect(await store.removeUnfinished(Date.now() - 60_000)).toBe(0);
    expect(filesIn(root)).toHaveLength(2);
    expect(await store.removeUnfinished(Date.now() + 60_000)).toBe(1);
    expect(await namesOf(store)).toEqual(["w1/a"]);
    expect(filesIn(root)).toHaveLength(1);
    expect(await new FolderBlobStore(join(root, "none")).removeUnfinished(Date.now())).toBe(0);
    await left.abort();
  });

  test("no name leaves the folder", async () => {
    const { store, root } = newStore();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => {
        await store.put(name, BYTES).catch(() => undefined);
        for (const each of readdirSync(folder.path)) expect(each).toStartWith("store-");
      }),
    );
    expect(existsSync(join(root, "..", "x"))).toBe(false);
  });

  test("listing works for a folder written in any way, and passes over files that are not ours", async () => {
    const { store, root } = newStore();
    const all = ["w1/s1/a", "w1/s10/a", "top"];
    for (const name of all) await store.put(name, BYTES);
    await Bun.write(join(root, ".DS_Store"), "");
    await Bun.write(join(root, "w1", "no blob name"), "");
    const here = relative(process.cwd(), root);
    for (const way of [root, `${root}/`, here, `./${here}`, `${root}/../${basename(root)}`]) {
      const again = new FolderBlobStore(way);
      expect(await namesOf(again)).toEqual(all.toSorted());
      expect(await namesOf(again, "w1/s1/")).toEqual(["w1/s1/a"]);
    }
  });

  test("files are for their owner alone", async () => {
    const { store, root } = newStore();
    await store.put("w1/a", BYTES);
    expect(statSync(join(root, "w1", "a")).mode & 0o777).toBe(0o600);
    expect(statSync(root).mode & 0o777).toBe(0o700);
  });

  test("the room is what the file system leaves, before anything is written too", async () => {
    const { store, root } = newStore();
    const free = (await store.freeBytes()) ?? 0;
    const { bavail, bsize } = statfsSync(root);
    // Others write to the same disk.
    expect(Math.abs(free - bavail * bsize)).toBeLessThan(0.05 * bavail * bsize);
  });

  test("the check says whether it can be written", async () => {
    const { store, root } = newStore();
    await store.check();
    expect(readdirSync(root)).toEqual([]);
    await Bun.write(join(folder.path, "store-file"), "");
    await expect(new FolderBlobStore(join(folder.path, "store-file")).check()).rejects.toThrow();
  });
});

/** Every file below a folder, hidden ones too, by its path in it. */
function filesIn(root: string): string[] {
  return [...globSync("**/*", { cwd: root }), ...globSync("**/.*", { cwd: root })].filter((path) =>
    statSync(join(root, path)).isFile(),
  );
}
