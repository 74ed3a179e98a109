import { expect, test } from "bun:test";
import { fuzz } from "../run/fuzz.ts";

const CASES = 1_000;
const WARM_UP_CASES = 200;
/** The same requests each time; `bun run fuzz` sends others. */
const SEED = 20_261_122;
const TIMEOUT_MS = 120_000;

test(
  "whatever is sent, every answer has a reason, what is acknowledged stays, and the server is well",
  async () => {
    const { complaints, acknowledged } = await fuzz({
      cases: CASES,
      warmUpCases: WARM_UP_CASES,
      seed: SEED,
      heavy: false,
    });
    expect(complaints).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
