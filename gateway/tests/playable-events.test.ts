import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { PlayableEvents } from "../http/playable-events.ts";

/** The array that events give when their lines come in runs that are cut at these places. */
function play(text: string, cuts: readonly number[]): unknown {
  const bytes = Buffer.from(text);
  const ends = [...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].toSorted((a, b) => a - b);
  const playable = new PlayableEvents();
  const out: Uint8Array[] = [];
  let start = 0;
  for (const end of ends) {
    out.push(...playable.take(bytes.subarray(start, end)));
    start = end;
  }
  playable.end();
  return JSON.parse(`[${Buffer.concat(out).toString()}]`);
}

/** From the last Meta event before the first FullSnapshot on; between the two nothing. */
function model<Event extends { type: number }>(events: readonly Event[]): Event[] {
  const first = events.findIndex(({ type }) => type === 2);
  if (first === -1) return [];
  const meta = events.slice(0, first).findLast(({ type }) => type === 4);
  return [...(meta === undefined ? [] : [meta]), ...events.slice(first)];
}

const event = fc.record({
  type: fc.integer({ min: 0, max: 12 }),
  data: fc.string({ maxLength: 60 }),
  last: fc.boolean(),
});
const events = fc.array(event, { maxLength: 12 });
const cuts = fc.array(fc.nat({ max: 800 }), { maxLength: 12 });

/** An event's line, with its type at the beginning or at the end. */
function lineOf({ type, data, last }: { type: number; data: string; last: boolean }): string {
  return `${last ? JSON.stringify({ data, last, type }) : JSON.stringify({ type, data, last })}\n`;
}

describe("what a player gets", () => {
  test("begins with the Meta event before the first FullSnapshot, whatever came before and however it was cut", () => {
    fc.assert(
      fc.property(events, cuts, (all, places) => {
        expect(play(all.map(lineOf).join(""), places)).toEqual(model(all));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is nothing of a tab without a FullSnapshot", () => {
    const all = [0, 4, 3, 3].map((type) => ({ type, data: "x", last: false }));
    expect(play(all.map(lineOf).join(""), [7])).toEqual([]);
    expect(play("", [])).toEqual([]);
  });

  test("is given out as it comes: a long FullSnapshot is not gathered", () => {
    const playable = new PlayableEvents();
    const beginning = [...playable.take(Buffer.from('{"type":2,"data":{"node":['))];
    expect(Buffer.concat(beginning).toString()).toBe('{"type":2,"data":{"node":[');
    expect([...playable.take(Buffer.from("1,2,3"))]).toHaveLength(1);
    expect(() => playable.end()).toThrow("within a line");
  });

  test.each(['{"type":4', '{"type":3,"da', '{"type":2,"data":1}'])("is not whole when it ends in %s", (text) => {
    const playable = new PlayableEvents();
    for (const _ of playable.take(Buffer.from(text)));
    expect(() => playable.end()).toThrow("within a line");
  });
});
