import { describe, expect, test } from "bun:test";
import { newKey, seal } from "@gigtrail/platform/crypto/aead";
import { newId } from "@gigtrail/platform/ids";
import * as fc from "fast-check";
import { type BlockId, openBlock, sealBlock } from "../blocks/block.ts";
import { type BlockContent, PAGE_AT_END } from "../blocks/block-content.ts";
import { splitChunks, withoutFirst } from "../blocks/split-chunks.ts";
import { SessionKey } from "../keys/session-keys.ts";

const key = new SessionKey(newKey());
const id: BlockId = {
  workspaceId: newId(),
  sessionId: newId(),
  tabId: newId(),
  firstSeq: 5,
  lastSeq: 9,
  blockId: newId(),
};

const times = fc.oneof(
  fc.integer({ min: -8.64e15, max: 8.64e15 }),
  fc.integer({ min: 1.7e12, max: 1.8e12 }),
  fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
);
const chunk = fc.record({
  seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  leading: fc.nat({ max: 8 }),
  pageAtEnd: fc.constantFrom(...Object.values(PAGE_AT_END)),
  events: fc.array(fc.record({ time: times, text: fc.string({ unit: "grapheme" }) }), { maxLength: 6 }),
});
const chunks = fc.array(chunk, { minLength: 1, maxLength: 6 });

type TestChunk = typeof chunk extends fc.Arbitrary<infer Chunk> ? Chunk : never;

function contentOf(all: readonly TestChunk[]): BlockContent {
  const events = all.flatMap((each) => each.events);
  return {
    chunks: all.map(({ seq, leading, pageAtEnd, events: own }) => {
      return { seq, pageAtEnd, eventCount: own.length, leadingEvents: Math.min(leading, own.length) };
    }),
    times: Float64Array.from(events, ({ time }) => time),
    ndjson: Buffer.from(events.map(({ text }) => `${JSON.stringify(text)}\n`).join("")),
  };
}

describe("a block", () => {
  test("gives back what was put into it, to the bit", () => {
    fc.assert(
      fc.property(chunks, (all) => {
        const content = contentOf(all);
        const opened = openBlock(key, id, sealBlock(key, id, content));
        expect(opened.chunks).toEqual(content.chunks);
        expect([...opened.times].every((time, at) => Object.is(time, content.times[at]))).toBe(true);
        expect(Buffer.from(opened.ndjson).equals(content.ndjson)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("is cut into its chunks, and each can be read from any event on", () => {
    fc.assert(
      fc.property(chunks, fc.nat({ max: 6 }), (all, skip) => {
        const cut = [...splitChunks(contentOf(all))];
        expect(cut.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => seq));
        for (const [index, { events }] of all.entries()) {
          const part = cut[index];
          if (part === undefined) throw new Error("a chunk is missing");
          const first = Math.min(skip, events.length);
          const rest = withoutFirst(part, first);
          const wanted = events.slice(first);
          expect([...rest.times]).toEqual(wanted.map(({ time }) => time));
          expect(Buffer.from(rest.ndjson).toString()).toBe(
            wanted.map(({ text }) => `${JSON.stringify(text)}\n`).join(""),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([1, 3])("whose lines are not as many as its chunks' events is refused (%d instead of 2)", (lines) => {
    const only = { seq: 5, eventCount: 2, leadingEvents: 0, pageAtEnd: PAGE_AT_END.UNSAID };
    const content = { chunks: [only], times: new Float64Array(2), ndjson: Buffer.from("{}\n".repeat(lines)) };
    expect(() => [...splitChunks(content)]).toThrow("lines than events");
  });

  test("of one chunk, as they were written before blocks were merged, is still read", () => {
    const ndjson = Buffer.from('{"type":3}\n{"type":4}\n');
    const plain = Buffer.alloc(4 + 16);
    plain.writeUInt32LE(2, 0);
    plain.writeDoubleLE(7.25, 4);
    plain.writeDoubleLE(8, 12);
    const { workspaceId, sessionId, tabId, blockId } = id;
    const context = `gigtrail block 1 ${workspaceId} ${sessionId} ${tabId} 5..5 ${blockId}`;
    const sealed = seal(key.bytes, Bun.zstdCompressSync(Buffer.concat([plain, ndjson])), context);
    const opened = openBlock(key, { ...id, lastSeq: 5 }, Buffer.concat([Buffer.of(1), sealed]));
    expect(opened.chunks).toEqual([{ seq: 5, eventCount: 2, leadingEvents: 0, pageAtEnd: PAGE_AT_END.UNSAID }]);
    expect([...opened.times]).toEqual([7.25, 8]);
    expect(Buffer.from(opened.ndjson).equals(ndjson)).toBe(true);
  });

  test("stands in for no other, and no other for it", () => {
    const content = contentOf([{ seq: 5, leading: 0, pageAtEnd: PAGE_AT_END.NEVER, events: [] }]);
    const sealed = sealBlock(key, id, content);
    for (const other of [
      { lastSeq: 8 },
      { firstSeq: 4 },
      { tabId: newId() },
      { sessionId: newId() },
      { blockId: newId() },
    ]) {
      expect(() => openBlock(key, { ...id, ...other }, sealed)).toThrow();
    }
    expect(() => openBlock(key, id, Buffer.concat([Buffer.of(1), sealed.subarray(1)]))).toThrow();
    expect(() => openBlock(key, id, Buffer.concat([Buffer.of(3), sealed.subarray(1)]))).toThrow("not known");
  });
});
