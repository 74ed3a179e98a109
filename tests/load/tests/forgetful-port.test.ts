import { expect, test } from "bun:test";
import type { EncodedChunk } from "@gigtrail/recorder/core/encode-chunk";
import type { AddressedChunk, ChunkAnswer, UploadPort } from "@gigtrail/recorder/core/upload-port";
import fc from "fast-check";
import { forgetfulPort } from "../catch-up/forgetful-port.ts";
import { shuffled } from "../catch-up/shuffled.ts";
import { createRandom } from "../recordings/random-text.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 });

test("shuffling keeps every item once", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), seeds, (items, seed) => {
      expect(shuffled(items, createRandom(seed)).toSorted()).toEqual(items.toSorted());
    }),
  );
});

test("every chunk gets its own answer, whatever is sent with it, and what is sent again is counted", async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }), async (seed, sizes) => {
      const server = new AnsweringPort();
      const traffic = { calls: 0, sentChunks: 0, duplicates: 0 };
      const port = forgetfulPort(server.port, 0.5, createRandom(seed), traffic);
      let seq = 0;
      for (const size of sizes) {
        const chunks = Array.from({ length: size }, () => chunkOf(seq++));
        const { results } = await port.putChunks(chunks);
        expect(results.map((result) => "tab" in result && result.tab.durableThrough)).toEqual(
          chunks.map(({ chunk }) => chunk.seq),
        );
      }
      expect(server.stored.size).toBe(seq);
      expect(traffic.sentChunks).toBe(server.received);
      expect(traffic.duplicates).toBe(server.received - seq);
    }),
  );
});

test("chunks that go by themselves are sent again too", async () => {
  const server = new AnsweringPort();
  const traffic = { calls: 0, sentChunks: 0, duplicates: 0 };
  const port = forgetfulPort(server.port, 0.2, createRandom(1), traffic);
  for (let seq = 0; seq < 500; seq += 1) await port.putChunk("session", "tab", chunkOf(seq).chunk);
  expect(server.stored.size).toBe(500);
  expect(traffic.duplicates).toBe(server.received - 500);
  expect(traffic.duplicates).toBeWithin(60, 140);
});

function chunkOf(seq: number): AddressedChunk {
  const payload = new Uint8Array([seq]);
  const chunk: EncodedChunk = {
    seq,
    payload,
    encoding: "gzip",
    sha256: "",
    eventCount: 1,
    droppedEvents: 0,
  };
  return { sessionId: "session", tabId: "tab", chunk };
}

/** A server that answers with the number of the chunk. */
class AnsweringPort {
  readonly stored = new Set<number>();
  received = 0;

  readonly port: UploadPort = {
    createSession: async () => undefined,
    getUploadState: async () => ({ complete: false, tabs: [], directive: GO_ON }),
    finishSession: async () => ({ complete: true, tabs: [], directive: GO_ON }),
    putChunk: async (_session, _tab, chunk) => this.#answer(chunk.seq),
    putChunks: async (chunks) => ({ results: chunks.map(({ chunk }) => this.#answer(chunk.seq)), directive: GO_ON }),
  };

  #answer(seq: number): ChunkAnswer {
    const duplicate = this.stored.has(seq);
    this.received += 1;
    this.stored.add(seq);
    const tab = { tabId: "tab", durableThrough: seq, missing: [], lastSeq: -1, needsFullSnapshot: false };
    return { duplicate, tab, directive: GO_ON, maskedValues: 0 };
  }
}

const GO_ON = { action: "continue", retryAfterMs: 0, reason: "" } as const;
