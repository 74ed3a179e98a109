import { expect, test } from "bun:test";
import { gunzipSync } from "bun";
import { encodeChunk } from "../../core/encode-chunk.ts";

test("a chunk is gzip of its JSON, and its hash is that of the JSON", async () => {
  const json = new TextEncoder().encode('[{"type":3,"timestamp":1,"data":"žluťoučký 🐎"}]');
  const encoded = await encodeChunk({ seq: 7, json, eventCount: 1, droppedEvents: 2 });
  expect(Buffer.from(gunzipSync(encoded.payload))).toEqual(Buffer.from(json));
  expect(encoded.sha256).toBe(new Bun.CryptoHasher("sha256").update(json).digest("hex"));
  expect(encoded).toMatchObject({ seq: 7, encoding: "gzip", eventCount: 1, droppedEvents: 2 });
});
