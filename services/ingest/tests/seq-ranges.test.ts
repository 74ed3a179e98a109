import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { sql } from "kysely";
import {
  addSeq,
  durableThrough,
  formatSeqRanges,
  isWhole,
  missingRanges,
  parseSeqRanges,
  type SeqRanges,
} from "../chunks/seq-ranges.ts";
import { openTestDatabase, type TestDatabase } from "./support/test-database.ts";

const seqs = fc.array(
  fc.oneof(
    fc.nat(12),
    fc.nat(60),
    fc
      .maxSafeNat()
      .map((seq) => seq - 1)
      .filter((seq) => seq >= 0),
  ),
  {
    maxLength: 40,
  },
);
const lastSeqs = fc.option(fc.nat(70), { nil: null });

function added(all: readonly number[]): SeqRanges {
  return all.reduce<SeqRanges>((ranges, seq) => addSeq(ranges, seq), []);
}

/** The runs of a set of numbers, found one by one. */
function runsOf(numbers: Iterable<number>): [number, number][] {
  const runs: [number, number][] = [];
  for (const seq of [...new Set(numbers)].toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === seq - 1) run[1] = seq;
    else runs.push([seq, seq]);
  }
  return runs;
}

describe("the numbers that have arrived", () => {
  test("are those that were added, as runs that never touch", () => {
    fc.assert(fc.property(seqs, (all) => expect(added(all)).toEqual(runsOf(all))));
  });

  test("are whole and durable up to the first that is missing", () => {
    const small = fc.array(fc.nat(12), { maxLength: 20 });
    fc.assert(
      fc.property(small, fc.option(fc.nat(14), { nil: null }), (all, lastSeq) => {
        const set = new Set(all);
        let through = -1;
        while (set.has(through + 1)) through += 1;
        expect(durableThrough(added(all))).toBe(through);
        expect(isWhole(added(all), lastSeq)).toBe(lastSeq !== null && through >= lastSeq);
      }),
    );
  });

  test("leave the gaps below the highest that arrived or was stated", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(60), { maxLength: 40 }),
        lastSeqs,
        fc.integer({ min: 1, max: 5 }),
        (all, lastSeq, most) => {
          const set = new Set(all);
          const highest = Math.max(-1, ...all, lastSeq ?? -1);
          const gaps = Array.from({ length: highest + 1 }, (_, seq) => seq).filter((seq) => !set.has(seq));
          expect(missingRanges(added(all), lastSeq, Infinity)).toEqual(runsOf(gaps));
          expect(missingRanges(added(all), lastSeq, most)).toEqual(runsOf(gaps).slice(0, most));
        },
      ),
    );
  });
});

describe("as PostgreSQL's int8multirange", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  }, START_TIMEOUT_MS);
  afterAll(() => database?.stop());

  test("they are written and read as PostgreSQL does it", async () => {
    await fc.assert(
      fc.asyncProperty(seqs, async (all) => {
        const ours = formatSeqRanges(added(all));
        const single = all.map((seq) => `[${seq},${seq}]`).join(",");
        const { rows } = await sql<{ theirs: string; again: string }>`
          select ${`{${single}}`}::int8multirange::text as theirs, ${ours}::int8multirange::text as again`.execute(
          database.owner,
        );
        expect(rows[0]).toEqual({ theirs: ours, again: ours });
        expect(parseSeqRanges(rows[0]?.theirs ?? "")).toEqual(added(all));
      }),
      { numRuns: 100 },
    );
  });
});
