import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { chunkOf, event, linesOf, refusalOf, sealed } from "./support/chunk.ts";

const EVENTS = [
  event(4, { href: "https://www.upwork.com/nx/search/jobs/?q=a%20b", width: 1, height: 1 }),
  event(2, { node: { id: 1, type: 2, tagName: "input", attributes: { type: "text", value: "4111 1111 1111 1111" } } }),
  event(3, { source: 5, id: 7, text: "me@example.com", isChecked: false }),
  event(5, {
    tag: "gt.net",
    payload: { json: JSON.stringify({ token: "a", text: "ü \ud83d\ude00", list: [1, [2]] }) },
  }),
];
const JSON_BYTES = Buffer.from(JSON.stringify(EVENTS));

const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });

function flipped(bytes: Uint8Array, changes: readonly (readonly [number, number])[]): Buffer {
  const damaged = Buffer.from(bytes);
  for (const [where, byte] of changes) damaged[where % damaged.length] = byte;
  return damaged;
}

test("JSON with bytes changed is stored or refused with a reason, never anything else", () => {
  const check = (changes: [number, number][]) => {
    refusalOf(sealed(Codec.IDENTITY, flipped(JSON_BYTES, changes), EVENTS.length));
  };
  fc.assert(fc.property(flips, check), { numRuns: 3_000 });
});

test.each([Codec.GZIP, Codec.ZSTD])(
  "a payload in codec %p with bytes changed is refused, or says the same",
  (codec) => {
    const whole = chunkOf(EVENTS, codec);
    const lines = linesOf(decodeChunk(whole));
    const check = (changes: [number, number][]) => {
      const damaged = { ...whole, payload: flipped(whole.payload, changes) };
      if (refusalOf(damaged) === undefined) expect(linesOf(decodeChunk(damaged))).toEqual(lines);
    };
    fc.assert(fc.property(flips, check), { numRuns: 2_000 });
  },
);

test("a payload cut off anywhere is refused", () => {
  for (const codec of [Codec.IDENTITY, Codec.GZIP, Codec.ZSTD]) {
    const whole = chunkOf(EVENTS, codec);
    for (let length = 0; length < whole.payload.length; length++) {
      expect(refusalOf({ ...whole, payload: whole.payload.subarray(0, length) })).toBeDefined();
    }
  }
});
