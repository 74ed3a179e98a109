import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { DEFAULT_MAX_CHUNK_BYTES } from "../../core/chunk-builder.ts";
import { chunkEvents, type EventChunk } from "../../core/chunk-events.ts";

function eventsOf(chunk: EventChunk): unknown[] {
  return JSON.parse(new TextDecoder().decode(chunk.json)) as unknown[];
}

async function* slowly<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}

test("chunks put together are the recording, and no chunk is over its limits", async () => {
  const event = fc.record({ type: fc.integer({ min: 0, max: 6 }), timestamp: fc.nat(), data: fc.jsonValue() });
  const limits = fc.record({ maxEvents: fc.integer({ min: 1, max: 12 }), maxBytes: fc.integer({ min: 2, max: 400 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 60 }),
      limits,
      fc.boolean(),
      async (events, { maxEvents, maxBytes }, isAsync) => {
        const source = isAsync ? slowly(events) : events;
        const chunks = await Array.fromAsync(chunkEvents(source, { maxEvents, maxBytes }));

        expect(chunks.flatMap(eventsOf)).toEqual(JSON.parse(JSON.stringify(events)) as unknown[]);
        expect(chunks.map((chunk) => chunk.seq)).toEqual(chunks.map((_, at) => at));
        for (const chunk of chunks) {
          expect(chunk.eventCount).toBe(eventsOf(chunk).length);
          expect(chunk.eventCount).toBeWithin(1, maxEvents + 1);
          if (chunk.eventCount > 1) expect(chunk.json.byteLength).toBeLessThanOrEqual(maxBytes);
        }
      },
    ),
  );
});

test("a chunk is as full as its limits let it be", async () => {
  const texts = fc.array(fc.string({ minLength: 2, maxLength: 40 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 50, max: 200 }), async (events, maxBytes) => {
      const chunks = await Array.fromAsync(chunkEvents(events, { maxEvents: 5, maxBytes }));
      for (const [at, chunk] of chunks.slice(1).entries()) {
        const before = chunks[at];
        if (before === undefined || before.eventCount === 5) continue;
        const [first] = eventsOf(chunk);
        const withFirst = before.json.byteLength + 1 + new TextEncoder().encode(JSON.stringify(first)).byteLength;
        expect(withFirst).toBeGreaterThan(maxBytes);
      }
    }),
  );
});

test("a snapshot that is larger than a chunk travels alone and whole", async () => {
  const snapshot = { type: 2, timestamp: 2, data: "x".repeat(DEFAULT_MAX_CHUNK_BYTES + 1) };
  const small = (timestamp: number) => ({ type: 3, timestamp, data: {} });
  const chunks = await Array.fromAsync(chunkEvents([small(1), snapshot, small(3), small(4)]));
  expect(chunks.map(eventsOf)).toEqual([[small(1)], [snapshot], [small(3), small(4)]]);
});

test("a hundred small events make a chunk", async () => {
  const events = Array.from({ length: 250 }, (_, timestamp) => ({ type: 3, timestamp }));
  const chunks = await Array.fromAsync(chunkEvents(events));
  expect(chunks.map((chunk) => chunk.eventCount)).toEqual([100, 100, 50]);
});

test("text that is JSON already goes out as it is, numbers beyond 2^53 included", async () => {
  const text = '{"type":3,"timestamp":1,"data":{"uid":1995000000000000000123}}';
  const [chunk] = await Array.fromAsync(chunkEvents([text], { toJson: (event) => event }));
  expect(new TextDecoder().decode(chunk?.json)).toBe(`[${text}]`);
});

test("nothing comes of nothing, and what JSON cannot hold is refused", async () => {
  expect(await Array.fromAsync(chunkEvents([]))).toEqual([]);
  await expect(Array.fromAsync(chunkEvents([undefined]))).rejects.toThrow(TypeError);
});
