import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { eventually } from "@gigtrail/test-servers/eventually";
import * as fc from "fast-check";
import { BlobNotFoundError, type BlobStore } from "../blob/blob-store.ts";
import type { Environment } from "../config.ts";

/** Long enough for a busy machine, in milliseconds. */
const TIMEOUT_MS = 120_000;
const MIB = 1024 * 1024;
/** What a stream may take more than a much shorter one, in bytes; a store that kept it would take 176 MiB more. */
const STREAM_MEMORY_BYTES = 64 * MIB;

/** Ten bytes. */
export const BYTES = new TextEncoder().encode("0123456789");

/** Names that could leave a store, or that mean two things. */
export const BAD_NAMES = [
  ["", ".", "..", "../x", "a/../b", "a/..", "/etc/passwd", "a//b", "a/", "/a", ".hidden", "a/.unfinished-x"],
  ["a\\b", "a\0b", "a b", "a\n", "ä", "a/./b", "C:x", "%2e%2e/x", "a..b", ".check", "a?b", "a#b", "a&b", "a%41"],
].flat();

/** A store that nobody else uses. */
export interface StoreUnderTest {
  readonly store: BlobStore;
  /** Everything that takes up space in it, unfinished uploads too. */
  residue(): readonly string[];
  /** Settings with which a process of its own opens the same store. */
  readonly env: Environment;
}

/** The names in a store. */
export async function namesOf(store: BlobStore, prefix = ""): Promise<string[]> {
  return (await Array.fromAsync(store.list(prefix))).toSorted();
}

/** Bytes that are everywhere different, so that a mix-up shows. */
export function patternOf(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let at = 0, word = seed; at < words.length; at += 1) {
    word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
    words[at] = word;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** What every BlobStore must do. */
export function blobContract(open: () => StoreUnderTest): void {
  describe("reading", () => readingContract(open));
  describe("writing", () => writingContract(open));
  describe("names", () => namesContract(open));
}

function readingContract(open: () => StoreUnderTest): void {
  test("room is known as a number of bytes, or not at all", async () => {
    const free = await open().store.freeBytes();
    expect(free === undefined || (Number.isSafeInteger(free) && free > 0)).toBe(true);
  });

  test("what was put is read whole, or in part", async () => {
    const { store } = open();
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
    expect(await store.get("empty", 0, 5)).toHaveLength(0);
  });

  test("any range is what a buffer gives", async () => {
    const { store } = open();
    const model = patternOf(20_000);
    await store.put("ranges", model);
    const at = fc.integer({ min: 0, max: 21_000 });
    await fc.assert(
      fc.asyncProperty(at, fc.option(at, { nil: undefined }), async (offset, length) => {
        const right = model.subarray(offset, length === undefined ? undefined : offset + length);
        expect(Buffer.from(await store.get("ranges", offset, length)).equals(right)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("what is not there is not found, whatever part of it is asked for", async () => {
    const { store } = open();
    await store.put("w1/a", BYTES);
    for (const name of ["w1/b", "w1", "w1/a/b", "w2/a"]) {
      await expect(store.get(name)).rejects.toThrow(BlobNotFoundError);
      await expect(store.get(name, 5, 5)).rejects.toThrow(BlobNotFoundError);
      await expect(store.get(name, 0, 0)).rejects.toThrow(BlobNotFoundError);
      await store.delete(name);
    }
    expect(await store.get("w1/a")).toEqual(BYTES);
  });

  test("deleting is final, and deleting what is not there is no error", async () => {
    const { store, residue } = open();
    await store.put("w1/a", BYTES);
    await store.delete("w1/a");
    await store.delete("w1/a");
    for (const name of ["w2/never", "w2/b/c"]) await store.delete(name);
    await expect(store.get("w1/a")).rejects.toThrow(BlobNotFoundError);
    expect(residue()).toEqual([]);
  });
}

function writingContract(open: () => StoreUnderTest): void {
  test("any bytes in any pieces come back as they were, though the writer's buffer is used again", async () => {
    const { store } = open();
    let name = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 6 }), async (pieces) => {
        name += 1;
        const writer = await store.create(`any/${name}`);
        for (const piece of pieces) {
          const lent = Uint8Array.from(piece);
          await writer.write(lent);
          lent.fill(0xff);
        }
        await writer.close();
        expect(Buffer.from(await store.get(`any/${name}`)).equals(Buffer.concat(pieces))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("a blob is there only once it is whole", async () => {
    const { store, residue } = open();
    const writer = await store.create("w1/late");
    await writer.write(BYTES);
    await writer.write(patternOf(10 * MIB));
    await expect(store.get("w1/late")).rejects.toThrow(BlobNotFoundError);
    expect(await namesOf(store)).toEqual([]);
    await writer.close();
    expect(await namesOf(store)).toEqual(["w1/late"]);
    expect(residue()).toEqual(["w1/late"]);
    await writer.abort();
    expect(await store.get("w1/late")).toHaveLength(10 + 10 * MIB);
  });

  for (const [what, bytes] of [
    ["small", 10],
    ["large", 20 * MIB],
  ] as const) {
    test(`a ${what} one that is aborted leaves nothing, and may be aborted twice`, async () => {
      const { store, residue } = open();
      const writer = await store.create("w1/never");
      await writer.write(patternOf(bytes));
      await writer.abort();
      await writer.abort();
      await expect(store.get("w1/never")).rejects.toThrow(BlobNotFoundError);
      await eventually(() => expect(residue()).toEqual([]));
      await expect(writer.write(BYTES)).rejects.toThrow();
    });
  }

  test("an abort leaves what was there under the name before", async () => {
    const { store } = open();
    await store.put("w1/a", BYTES);
    const writer = await store.create("w1/a");
    await writer.write(patternOf(100));
    await writer.abort();
    expect(await store.get("w1/a")).toEqual(BYTES);
  });

  test("many at the same time do not mix", async () => {
    const { store } = open();
    const many = Array.from({ length: 40 }, (_, nth) => ({ name: `many/${nth}`, bytes: patternOf(50_000, nth) }));
    await Promise.all(many.map(({ name, bytes }) => store.put(name, bytes)));
    const read = await Promise.all(many.map(({ name }) => store.get(name)));
    for (const [nth, { bytes }] of many.entries()) expect(Buffer.from(read[nth] ?? []).equals(bytes)).toBe(true);
  });

  test("of several under one name one stands, whole", async () => {
    const { store } = open();
    const sizes = [1_000, 2_000, 3_000];
    await Promise.all(sizes.map((size) => store.put("w1/one", new Uint8Array(size).fill(size / 1_000))));
    const bytes = await store.get("w1/one");
    expect(sizes).toContain(bytes.length);
    expect(new Set(bytes)).toEqual(new Set([bytes.length / 1_000]));
  });

  test(
    "memory does not grow with what is streamed",
    async () => {
      const { env } = open();
      const few = await peakOfStreaming(env, 24);
      const many = await peakOfStreaming(env, 200);
      expect(many - few).toBeLessThan(STREAM_MEMORY_BYTES);
    },
    TIMEOUT_MS,
  );
}

function namesContract(open: () => StoreUnderTest): void {
  test("those that could leave the store are refused everywhere", async () => {
    const { store, residue } = open();
    for (const name of BAD_NAMES) {
      await expect(store.put(name, BYTES)).rejects.toThrow("not a blob name");
      await expect(store.create(name)).rejects.toThrow("not a blob name");
      await expect(store.get(name)).rejects.toThrow("not a blob name");
      await expect(store.delete(name)).rejects.toThrow("not a blob name");
    }
    expect(residue()).toEqual([]);
  });

  test("those with a prefix are listed", async () => {
    const { store } = open();
    expect(await namesOf(store)).toEqual([]);
    const all = ["w1/s1/a", "w1/s1/b", "w1/s10/a", "w1/x", "w2/s1/a", "top"];
    for (const name of all) await store.put(name, BYTES);
    const unfinished = await store.create("w1/s1/unfinished");
    await unfinished.write(BYTES);
    expect(await namesOf(store)).toEqual(all.toSorted());
    expect(await namesOf(store, "w1/s1")).toEqual(["w1/s1/a", "w1/s1/b", "w1/s10/a"]);
    expect(await namesOf(store, "w1/s1/")).toEqual(["w1/s1/a", "w1/s1/b"]);
    expect(await namesOf(store, "w1/s1/a")).toEqual(["w1/s1/a"]);
    expect(await namesOf(store, "w3")).toEqual([]);
    expect(await namesOf(store, "to")).toEqual(["top"]);
    await unfinished.abort();
  });

  test(
    "more than a page of them are listed, each once",
    async () => {
      const { store } = open();
      const all = Array.from({ length: 2_100 }, (_, nth) => `pages/${String(nth).padStart(4, "0")}`);
      for (let at = 0; at < all.length; at += 50) {
        await Promise.all(all.slice(at, at + 50).map((name) => store.put(name, BYTES)));
      }
      await store.put("other/a", BYTES);
      expect(await namesOf(store, "pages/")).toEqual(all);
    },
    TIMEOUT_MS,
  );

  test("the check leaves no name", async () => {
    const { store } = open();
    await store.check();
    await store.check();
    expect(await namesOf(store)).toEqual([]);
  });
}

/** The most memory, in bytes, of a process of its own that writes so many MiB to the store and reads them back. */
async function peakOfStreaming(env: Environment, mib: number): Promise<number> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "blob-streaming.ts"), String(mib)], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  const out = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  return Number(out);
}
