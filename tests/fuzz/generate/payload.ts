import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { eventsText } from "./events-text.ts";
import { mutated } from "./mutate-bytes.ts";

/** How a payload says that it is compressed; `br` is none that we take. */
export type Encoding = "identity" | "gzip" | "zstd" | "br";

/** The content of a chunk as it is sent. */
export interface Payload {
  readonly encoding: Encoding;
  readonly bytes: Uint8Array;
  /** 32 bytes, or not. */
  readonly sha256: Uint8Array;
  readonly eventCount: number;
}

/** A zstd frame that holds nothing and is to be skipped (RFC 8878, section 3.1.2). */
const SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
/** How bytes are compressed: rightly, in several parts, or as something else. */
const PACKINGS: readonly (readonly [Encoding, (bytes: Buffer) => Uint8Array])[] = [
  ["identity", (bytes) => bytes],
  ["gzip", (bytes) => gzipSync(bytes)],
  ["zstd", (bytes) => Bun.zstdCompressSync(bytes)],
  ["gzip", (bytes) => gzipSync(bytes, { level: 0 })],
  ["zstd", (bytes) => Bun.zstdCompressSync(bytes, { level: 19 })],
  ["gzip", (bytes) => Buffer.concat(halves(bytes).map((half) => gzipSync(half)))],
  ["zstd", (bytes) => Buffer.concat(halves(bytes).map((half) => Bun.zstdCompressSync(half)))],
  ["zstd", (bytes) => Buffer.concat([SKIPPABLE, Bun.zstdCompressSync(bytes), SKIPPABLE])],
  ["gzip", (bytes) => Buffer.concat([gzipSync(bytes), Buffer.from("more")])],
  ["zstd", (bytes) => Buffer.concat([Bun.zstdCompressSync(bytes), Buffer.from("more")])],
  ["gzip", (bytes) => gzipSync(gzipSync(bytes))],
  ["gzip", (bytes) => Bun.zstdCompressSync(bytes)],
  ["zstd", (bytes) => gzipSync(bytes)],
  ["br", (bytes) => bytes],
];

function halves(bytes: Buffer): Buffer[] {
  const middle = bytes.length >> 1;
  return [bytes.subarray(0, middle), bytes.subarray(middle)];
}

const text = eventsText.map(({ text: all, eventCount }) => ({ plain: Buffer.from(all), eventCount }));
const bytes = fc.oneof(
  { weight: 6, arbitrary: text },
  {
    weight: 2,
    arbitrary: fc
      .tuple(mutated(text.map(({ plain }) => plain)), fc.integer({ min: 1, max: 6 }))
      .map(([plain, eventCount]) => ({ plain: Buffer.from(plain), eventCount })),
  },
);

/** Chunks' contents: valid ones, valid compression of anything, and broken compression. */
export const payload: fc.Arbitrary<Payload> = fc
  .tuple(
    bytes,
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PACKINGS.slice(0, 3)) },
      { weight: 1, arbitrary: fc.constantFrom(...PACKINGS) },
    ),
    fc.nat({ max: 30 }),
  )
  .chain(([{ plain, eventCount }, [encoding, pack], odd]) => {
    const packed = pack(plain);
    const right = new Bun.CryptoHasher("sha256").update(plain).digest();
    const sha256 = odd === 0 ? fc.uint8Array({ maxLength: 40 }) : fc.constant(right);
    const sent = odd < 4 ? mutated(fc.constant(packed)) : fc.constant(packed);
    return fc.record({ encoding: fc.constant(encoding), bytes: sent, sha256, eventCount: fc.constant(eventCount) });
  });
