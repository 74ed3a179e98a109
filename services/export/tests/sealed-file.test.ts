import { describe, expect, test } from "bun:test";
import { newKey } from "@gigtrail/platform/crypto/aead";
import * as fc from "fast-check";
import { FRAME_BYTES, openFile, sealFile } from "../files/sealed-file.ts";

const ID = "01920000-0000-7000-8000-000000000001";
const SEALED = FRAME_BYTES + 28;
const key = newKey();

/** Bytes whose place can be told from them. */
function content(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >> 8) * 7) & 0xff;
  return bytes;
}

async function* inPieces(bytes: Buffer, pieceBytes: number) {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function sealed(plain: Buffer, pieceBytes = 10_000, withKey = key, id = ID): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of sealFile(withKey, id, inPieces(plain, pieceBytes))) parts.push(part);
  return Buffer.concat(parts);
}

async function opened(file: Buffer, size: number, offset = 0, end = size, id = ID): Promise<Buffer> {
  const read = async (from: number, length: number) => file.subarray(from, from + length);
  const parts: Uint8Array[] = [];
  for await (const part of openFile(key, id, size, { offset, end }, read)) {
    expect(part.length).toBeLessThanOrEqual(256 * 1024);
    expect(part.length).toBeGreaterThan(0);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const SIZES = [
  0,
  1,
  FRAME_BYTES - 1,
  FRAME_BYTES,
  FRAME_BYTES + 1,
  4 * FRAME_BYTES,
  4 * FRAME_BYTES + 5,
  9 * FRAME_BYTES,
];

describe("a sealed file", () => {
  test.each(SIZES)("of %d bytes opens as it was", async (size) => {
    const plain = content(size);
    expect((await opened(await sealed(plain), size)).equals(plain)).toBe(true);
  });

  test("any range is the same slice, however the file was written", async () => {
    const size = 6 * FRAME_BYTES + 1_234;
    const plain = content(size);
    const file = await sealed(plain, 77_777);
    const place = fc.oneof(
      fc.nat({ max: size }),
      fc.tuple(fc.nat({ max: 6 }), fc.integer({ min: -2, max: 2 })).map(([n, by]) => Math.max(0, n * FRAME_BYTES + by)),
    );
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        const [offset, end] = [Math.min(a, b), Math.max(a, b)];
        expect((await opened(file, size, offset, end)).equals(plain.subarray(offset, end))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("no run of the plain text is in it", async () => {
    const plain = Buffer.from('{"secret":"the quick brown fox"}\n'.repeat(10_000));
    expect((await sealed(plain)).includes("quick")).toBe(false);
  });
});

describe("a file that is not as it was gives nothing away", () => {
  const size = 3 * FRAME_BYTES + 100;
  const plain = content(size);

  test("any flipped bit of a frame is seen when the frame is read", async () => {
    const file = await sealed(plain);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: file.length * 8 - 1 }), async (bit) => {
        const changed = Buffer.from(file);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await expect(opened(changed, size)).rejects.toThrow();
      }),
      { numRuns: 40 },
    );
  });

  test("frames that changed places", async () => {
    const file = await sealed(plain);
    const swapped = Buffer.from(file);
    file.copy(swapped, 1, 1 + SEALED, 1 + 2 * SEALED);
    file.copy(swapped, 1 + SEALED, 1, 1 + SEALED);
    await expect(opened(swapped, size)).rejects.toThrow();
  });

  test("a frame of another export", async () => {
    const other = await sealed(plain, 10_000, key, "01920000-0000-7000-8000-000000000002");
    await expect(opened(other, size)).rejects.toThrow();
  });

  test("another attempt's file, which has another key", async () => {
    await expect(opened(await sealed(plain, 10_000, newKey()), size)).rejects.toThrow();
  });

  test.each([0, 1, 2, 3])("a file cut off after %d frames, even where the size claims no more", async (frames) => {
    const file = (await sealed(plain)).subarray(0, 1 + frames * SEALED);
    await expect(opened(file, size)).rejects.toThrow();
    if (frames > 0) await expect(opened(file, frames * FRAME_BYTES)).rejects.toThrow();
  });

  test("a file with something after its end", async () => {
    const file = Buffer.concat([await sealed(plain), Buffer.alloc(5)]);
    await expect(opened(file, size)).rejects.toThrow();
  });
});
