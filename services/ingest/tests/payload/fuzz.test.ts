import { expect, test } from "bun:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { reasonOf } from "@gigtrail/platform/errors";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { type ChunkInput, type DecodedChunk, decodeChunk } from "../../payload/decode-chunk.ts";
import { type Json, linesOf, sealed } from "./support/chunk.ts";
import { sampleRecordings } from "./support/sample-recordings.ts";
import { sharedFiles } from "./support/shared-data.ts";

/** Larger events cost time and no other path. */
const MAX_CHUNK_CHARS = 40_000;
const EVENTS_A_CHUNK = 6;

const recordings = [
  ...sampleRecordings(),
  ...sharedFiles("rrweb", ".json").map(({ text }) => [JSON.parse(text) as Json].flat()),
];

/** Chunks of real recordings, as text. */
const CHUNKS = recordings
  .flatMap((events) =>
    Array.from({ length: Math.ceil(events.length / EVENTS_A_CHUNK) }, (_, i) =>
      events.slice(i * EVENTS_A_CHUNK, (i + 1) * EVENTS_A_CHUNK),
    ),
  )
  .map((events) => ({ count: events.length, json: JSON.stringify(events) }))
  .filter(({ json }) => json.length <= MAX_CHUNK_CHARS);

/** Pieces that mean something to one of the readers on the way. */
const PIECES = [
  ...'{}[],:"\\ 0\n\r\t-.eE%&<>=@#?\u0000',
  '"type":3,',
  '"type":2,',
  '"data":{',
  '"source":5,',
  '"href":"https://www.upwork.com/nx/tax/"',
  '"__proto__":{},',
  '"timestamp":1e999,',
  '"timestamp":NaN,',
  '"contenteditable":"",',
  '"tagName":"input",',
  '"attributes":{"value":"x"},',
  "\\ud800",
  "\\u0000",
  "&#64;",
  "%40",
  "<textarea>",
  '\\"',
  "4111 1111 1111 1111",
  "null",
  "[[[[",
  "\ufeff",
  "\u2028",
];

type Change = readonly [kind: number, where: number, length: number, piece: string, byte: number];
const change: fc.Arbitrary<Change> = fc.tuple(fc.nat(4), fc.nat(), fc.nat(40), fc.constantFrom(...PIECES), fc.nat(255));

/** The bytes with one of: a byte changed, a stretch cut out, doubled, moved to the front, a piece put in. */
function changed(bytes: Buffer, [kind, where, length, piece, byte]: Change): Buffer {
  const at = where % (bytes.length + 1);
  const end = Math.min(bytes.length, at + length);
  const [before, middle, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (kind) {
    case 0:
      return Buffer.concat([before, Buffer.of(byte), bytes.subarray(at + 1)]);
    case 1:
      return Buffer.concat([before, after]);
    case 2:
      return Buffer.concat([before, middle, middle, after]);
    case 3:
      return Buffer.concat([middle, before, after]);
    default:
      return Buffer.concat([before, Buffer.from(piece), bytes.subarray(at)]);
  }
}

const REFUSALS = new Set([
  ..."payload_too_large codec_unknown body_not_gzip body_not_zstd decoded_too_large sha256_mismatch".split(" "),
  ..."json_invalid json_too_deep event_too_dense events_not_array event_invalid event_count_wrong".split(" "),
  "scrub_failed",
]);

/** What becomes of a chunk; fails the test if it is neither refused for a known reason nor sound. */
function outcome(input: ChunkInput): string {
  let decoded: DecodedChunk;
  try {
    decoded = decodeChunk(input);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined || !REFUSALS.has(reason)) throw error;
    return reason;
  }
  const lines = linesOf(decoded);
  for (const line of lines) expect(typeof JSON.parse(line)).toBe("object");
  expect([lines.length, decoded.times.length]).toEqual([decoded.eventCount, decoded.eventCount]);
  expect(decoded.eventCount + decoded.cutEvents).toBe(input.eventCount);
  expect(decoded.leadingEvents).toBeLessThanOrEqual(decoded.eventCount);
  expect(decoded.firstMs === null).toBe(decoded.misdatedEvents === decoded.eventCount);
  expect(decoded.times.every(Number.isFinite)).toBe(true);
  if (lines.length > 0) {
    const again = decodeChunk({ ...sealed(Codec.IDENTITY, Buffer.from(`[${lines.join(",")}]`), lines.length) });
    expect([linesOf(again), again.maskedValues, again.cutEvents]).toEqual([lines, 0, 0]);
  }
  return "stored";
}

/** Each of these reads thousands of chunks, on a machine that may be busy. */
const TIMEOUT_MS = 60_000;

const chunk = fc.constantFrom(...CHUNKS);
const changes = fc.array(change, { minLength: 1, maxLength: 4 });
const codec = fc.constantFrom(Codec.IDENTITY, Codec.GZIP, Codec.ZSTD);

test(
  "real chunks whose JSON was changed are stored soundly or refused for a known reason",
  () => {
    const seen = new Map<string, number>();
    const check = (source: { count: number; json: string }, list: Change[], by: Codec, more: number) => {
      const bytes = list.reduce(changed, Buffer.from(source.json));
      const reason = outcome(sealed(by, bytes, Math.max(0, source.count + more)));
      seen.set(reason, (seen.get(reason) ?? 0) + 1);
    };
    const count = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: -1, max: 1 }));
    fc.assert(fc.property(chunk, changes, codec, count, check), { numRuns: 2_500 });
    for (const reason of ["stored", "json_invalid", "event_count_wrong"]) expect(seen.get(reason)).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);

test(
  "real chunks whose compressed bytes were changed are refused, or say what they said",
  () => {
    const check = (source: { count: number; json: string }, list: Change[], by: Codec) => {
      const whole = sealed(by, Buffer.from(source.json), source.count);
      const payload = list.reduce(changed, Buffer.from(whole.payload));
      const damaged = { ...whole, payload };
      if (outcome(damaged) === "stored") {
        expect(decodeChunk(damaged).ndjson).toEqual(decodeChunk(whole).ndjson);
      }
    };
    const packed = fc.constantFrom(Codec.GZIP, Codec.ZSTD);
    fc.assert(fc.property(chunk, changes, packed, check), { numRuns: 1_500 });
  },
  TIMEOUT_MS,
);

test(
  "bytes that nobody meant as a chunk are refused",
  () => {
    const magic = fc.constantFrom(
      Buffer.of(),
      Buffer.from([0x1f, 0x8b, 8, 0]),
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
      Buffer.from("["),
    );
    const check = (start: Buffer, rest: Uint8Array, by: Codec) => {
      const payload = Buffer.concat([start, rest]);
      const sha256 = new Bun.CryptoHasher("sha256").update(payload).digest();
      expect(outcome({ ...sealed(Codec.IDENTITY, payload, 1), codec: by, sha256 })).not.toBe("stored");
    };
    fc.assert(fc.property(magic, fc.uint8Array({ maxLength: 300 }), codec, check), { numRuns: 1_500 });
  },
  TIMEOUT_MS,
);

test(
  "what unpacks to more than may be is refused before it is read",
  () => {
    const zeros = Buffer.alloc(16 * 1024 * 1024, " ");
    for (const [by, member] of [
      [Codec.GZIP, gzipSync(zeros)],
      [Codec.ZSTD, zstdCompressSync(zeros)],
    ] as const) {
      const payload = Buffer.concat(Array<Buffer>(100).fill(member));
      expect(outcome({ ...sealed(Codec.IDENTITY, payload, 1), codec: by })).toBe("decoded_too_large");
    }
  },
  TIMEOUT_MS,
);
