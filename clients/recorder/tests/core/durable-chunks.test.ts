import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { isDurable } from "../../core/durable-chunks.ts";
import type { SeqRange } from "../../core/upload-port.ts";

const MAX_RANGES = 100;

/** What a server that holds these chunks says of the tab. */
function describe(held: ReadonlySet<number>): { durableThrough: number; missing: SeqRange[] } {
  let durableThrough = -1;
  while (held.has(durableThrough + 1)) durableThrough += 1;
  const missing: SeqRange[] = [];
  for (let seq = durableThrough + 1; seq < Math.max(...held); seq += 1) {
    if (held.has(seq)) continue;
    const last = missing.at(-1);
    if (last?.last === seq - 1) last.last = seq;
    else missing.push({ first: seq, last: seq });
  }
  return { durableThrough, missing: missing.slice(0, MAX_RANGES) };
}

test("no chunk that the server lacks is ever taken for durable", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 400 }), { minLength: 1, maxLength: 250 }), (seqs) => {
      const held = new Set(seqs);
      const tab = { tabId: "t", lastSeq: -1, needsFullSnapshot: false, ...describe(held) };
      for (let seq = 0; seq <= 450; seq += 1) if (isDurable(tab, seq)) expect(held.has(seq)).toBe(true);
    }),
  );
});

test("what lies up to the first gap and between gaps is not sent again", () => {
  const tab = {
    tabId: "t",
    durableThrough: 3,
    missing: [
      { first: 4, last: 5 },
      { first: 8, last: 8 },
    ],
    lastSeq: -1,
    needsFullSnapshot: false,
  };
  const durable = Array.from({ length: 12 }, (_, seq) => seq).filter((seq) => isDurable(tab, seq));
  expect(durable).toEqual([0, 1, 2, 3, 6, 7]);
  expect(isDurable(undefined, 0)).toBe(false);
});
