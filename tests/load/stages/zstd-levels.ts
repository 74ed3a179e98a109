import type { Sample } from "./sample.ts";
import type { Stage } from "./stage.ts";

/** Levels that are quick enough for the way in. */
const LEVELS = [1, 2, 3];

interface ZstdLevel extends Stage {
  /** How many bytes of JSON it makes one byte of. */
  ratioOf(samples: readonly Sample[]): number;
}

/** What compression costs, and what it saves, by level. */
export const ZSTD_LEVELS: readonly ZstdLevel[] = LEVELS.map((level) => ({
  pipeline: "zstd",
  name: `level ${level}`,
  run: ({ decoded }) => Bun.zstdCompressSync(decoded.ndjson, { level }),
  ratioOf(samples) {
    const sum = (bytesOf: (sample: Sample) => number) => samples.reduce((total, one) => total + bytesOf(one), 0);
    return (
      sum(({ decoded }) => decoded.ndjson.length) /
      sum(({ decoded }) => Bun.zstdCompressSync(decoded.ndjson, { level }).length)
    );
  },
}));
