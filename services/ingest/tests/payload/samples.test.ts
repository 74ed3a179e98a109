import { describe, expect, test } from "bun:test";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { MASK } from "../../scrub/mask.ts";
import { type Json, chunkOf, linesOf } from "./support/chunk.ts";
import { sharedFiles } from "./support/shared-data.ts";

const recordings = sharedFiles("rrweb", ".json");

/** Paths of the leaves in which two values differ. */
function differences(sent: Json, kept: Json, path = ""): string[] {
  if (typeof sent !== "object" || typeof kept !== "object" || sent === null || kept === null) {
    return sent === kept ? [] : [`${path}=${JSON.stringify(kept)}`];
  }
  const left = new Map(Object.entries(sent));
  const right = new Map(Object.entries(kept));
  if (left.size !== right.size) return [`${path}: other keys`];
  return [...left].flatMap(([key, value]) => differences(value, right.get(key) ?? null, `${path}.${key}`));
}

describe.skipIf(recordings.length === 0)("rrweb's own recordings (skipped where ../shared/rrweb is absent)", () => {
  test.each(recordings)("$name is stored as it is but for masked leaves", ({ text }) => {
    const events = JSON.parse(text) as Json[];
    const decoded = decodeChunk(chunkOf(events));
    const kept = linesOf(decoded).map((line) => JSON.parse(line) as Json);
    const changed = differences(events, kept);
    for (const change of changed) expect(change).toEndWith(`=${JSON.stringify(MASK)}`);
    expect(decoded.maskedValues).toBe(changed.length);
    expect(kept).toHaveLength(events.length);
  });
});
