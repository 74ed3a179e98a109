import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "./chunk.ts";

const RECORDINGS = fileURLToPath(new URL("../../../../../packages/samples/recordings/", import.meta.url));

/** The events of the project's sample recordings, tab by tab. */
export function sampleRecordings(): Json[][] {
  return readdirSync(RECORDINGS)
    .filter((name) => name.endsWith(".ndjson.zst"))
    .toSorted()
    .map((name) => Buffer.from(Bun.zstdDecompressSync(readFileSync(join(RECORDINGS, name)))).toString())
    .map((lines) =>
      lines
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as Json),
    );
}
