import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { createTempFolder } from "@gigtrail/test-servers/temp-folder";
import * as fc from "fast-check";
import { BlobNotFoundError } from "../blob/blob-store.ts";
import { FolderBlobStore } from "../blob/folder-store.ts";

const BYTES = new TextEncoder().encode("0123456789");

describe("blobs in a folder", () => {
  const folder = createTempFolder();
  afterAll(() => folder.remove());
  let count = 0;
  const newStore = () => {
    count += 1;
    const root = join(folder.path, `store-${count}`);
    return { root, store: new FolderBlobStore(root) };
  };
  const names = async (store: FolderBlobStore, prefix = "") => (await Array.fromAsync(store.list(prefix))).toSorted();

  test("what was put is read whole, or in part", async () => {
    const { store } = newStore();
    await store.put("w1/s1/block.zst", BYTES);
    const read = async (offset?: number, length?: number) =>
      new TextDecoder().decode(await store.get("w1/s1/block.zst", offset, length));
    expect(await read()).toBe("0123456789");
    expect(await read(3)).toBe("3456789");
    expect(await read(3, 4)).toBe("3456");
    expect(await read(8, 100)).toBe("89");
    expect(await read(10, 5)).toBe("");
    expect(await read(1_000)).toBe("");
    expect(await read(0, 0)).toBe("");
    await store.put("empty", new Uint8Array());
    expect(await store.get("empty")).toHaveLength(0);
  });

  test("any bytes in any pieces come back as they were", async () => {
    const { store } = newStore();
    let name = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 6 }), async (pieces) => {
        name += 1;
        const writer = await store.create(`any/${name}`);
        for (const piece of pieces) await writer.write(piece);
        await writer.close();
        expect(Buffer.from(await store.get(`any/${name}`)).equals(Buffer.concat(pieces))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("a blob is there only once it is whole", async () => {
    const { store, root } = newStore();
    const writer = await store.create("w1/late");
    await writer.write(BYTES);
    await expect(store.get("w1/late")).rejects.toThrow(BlobNotFoundError);
    expect(await names(store)).toEqual([]);
    await writer.close();
    expect(await names(store)).toEqual(["w1/late"]);
    expect(readdirSync(join(root, "w1"))).toEqual(["late"]);
  });

  test("what is aborted leaves nothing, and may be aborted twice", async () => {
    const { store, root } = newStore();
    const writer = await store.create("w1/never");
    await writer.write(BYTES);
    await writer.abort();
    await writer.abort();
    expect(readdirSync(join(root, "w1"))).toEqual([]);
    await expect(store.get("w1/never")).rejects.toThrow(BlobNotFoundError);
  });

  test("a put that fails leaves nothing", async () => {
    const { store, root } = newStore();
    await store.put("w1/folder/blob", BYTES);
    await expect(store.put("w1/folder", BYTES)).rejects.toThrow();
    expect(readdirSync(join(root, "w1"))).toEqual(["folder"]);
  });

  test("names that could leave the folder are refused everywhere", async () => {
    const { store, root } = newStore();
    const bad = [
      "",
      ".",
      "..",
      "../x",
      "a/../b",
      "a/..",
      "/etc/passwd",
      "a//b",
      "a/",
      "/a",
      ".hidden",
      "a/.unfinished-x",
    ];
    bad.push("a\\b", "a\0b", "a b", "a\n", "ä", "a/./b", "C:x", "%2e%2e/x", "a..b");
    for (const name of bad) {
      await expect(store.put(name, BYTES)).rejects.toThrow("not a blob name");
      await expect(store.create(name)).rejects.toThrow("not a blob name");
      await expect(store.get(name)).rejects.toThrow("not a blob name");
      await expect(store.delete(name)).rejects.toThrow("not a blob name");
    }
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => {
        await store.put(name, BYTES).catch(() => undefined);
        for (const each of readdirSync(folder.path)) expect(each).toStartWith("store-");
      }),
    );
    expect(existsSync(join(root, "..", "x"))).toBe(false);
  });

  test("deleting is final, and deleting what is not there is no error", async () => {
    const { store } = newStore();
    await store.put("w1/a", BYTES);
    await store.delete("w1/a");
    await store.delete("w1/a");
    await store.delete("w2/never");
    await expect(store.get("w1/a")).rejects.toThrow(BlobNotFoundError);
  });

  test("listing gives the names with a prefix, of a folder written in any way", async () => {
    const { store, root } = newStore();
    expect(await names(store)).toEqual([]);
    const all = ["w1/s1/a", "w1/s1/b", "w1/s10/a", "w1/x", "w2/s1/a", "top"];
    for (const name of all) await store.put(name, BYTES);
    const unfinished = await store.create("w1/s1/unfinished");
    const ways = [
      root,
      `${root}/`,
      relative(process.cwd(), root),
      `./${relative(process.cwd(), root)}`,
      `${root}/../${basename(root)}`,
    ];
    for (const way of ways) {
      const again = new FolderBlobStore(way);
      expect(await names(again)).toEqual(all.toSorted());
      expect(await names(again, "w1/s1")).toEqual(["w1/s1/a", "w1/s1/b", "w1/s10/a"]);
      expect(await names(again, "w1/s1/")).toEqual(["w1/s1/a", "w1/s1/b"]);
      expect(await names(again, "w1/s1/a")).toEqual(["w1/s1/a"]);
      expect(await names(again, "w3")).toEqual([]);
      expect(await names(again, "to")).toEqual(["top"]);
    }
    await unfinished.abort();
  });

  test("files are for their owner alone", async () => {
    const { store, root } = newStore();
    await store.put("w1/a", BYTES);
    expect(statSync(join(root, "w1", "a")).mode & 0o777).toBe(0o600);
    expect(statSync(root).mode & 0o777).toBe(0o700);
  });

  test("the check says whether it can be written", async () => {
    const { store, root } = newStore();
    await store.check();
    expect(readdirSync(root)).toEqual([]);
    await Bun.write(join(folder.path, "store-file"), "");
    await expect(new FolderBlobStore(join(folder.path, "store-file")).check()).rejects.toThrow();
  });
});
