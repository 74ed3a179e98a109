import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { MAX_EVENT_AGE_MS, datesOf } from "../../payload/event-dates.ts";
import { chunkOf, linesOf } from "./support/chunk.ts";

const NOW = Date.UTC(2026, 5, 1);

describe("events that are dated years off", () => {
  test.each<[string, number[], number[], number]>([
    ["after the chunk was sent", [NOW - 5, NOW + 1, NOW - 3], [NOW - 5, NOW - 5, NOW - 3], 1],
    ["at its start", [NOW * 2, 1, NOW - 9, NOW], [NOW - 9, NOW - 9, NOW - 9, NOW], 2],
    ["over a year before the rest", [NOW, NOW - MAX_EVENT_AGE_MS - 1, NOW - 1], [NOW, NOW, NOW - 1], 1],
    ["nowhere: as old as may be", [NOW - MAX_EVENT_AGE_MS, NOW], [NOW - MAX_EVENT_AGE_MS, NOW], 0],
    ["all alike, long ago", [3, 1, 2.5], [3, 1, 2.5], 0],
  ])("%s count for nothing, and are ordered with the one before", (_, sent, times, misdatedEvents) => {
    const right = times.toSorted((a, b) => a - b);
    expect(datesOf(sent, NOW)).toEqual({
      times: Float64Array.from(times),
      firstMs: Math.floor(right[0] ?? 0),
      lastMs: Math.floor(right.at(-1) ?? 0),
      misdatedEvents,
    });
  });

  test("stay as sent where there is no other", () => {
    const sent = [NOW + 2, NOW + 1.5];
    const none = { times: Float64Array.from(sent), firstMs: null, lastMs: null, misdatedEvents: 2 };
    expect(datesOf(sent, NOW)).toEqual(none);
    expect(datesOf([], NOW)).toEqual({ ...none, times: new Float64Array(0), misdatedEvents: 0 });
  });

  test("are stored as they were sent", () => {
    const events = [NOW, 9e12, 7].map((timestamp) => ({ type: 3, timestamp, data: {} }));
    const decoded = decodeChunk({ ...chunkOf(events), latestMs: NOW + 1 });
    expect(linesOf(decoded)).toEqual(events.map((one) => JSON.stringify(one)));
    expect(decoded).toMatchObject({ firstMs: NOW, lastMs: NOW, misdatedEvents: 2, eventCount: 3 });
  });
});

test("whatever the times, none that is given lies outside of what is told", () => {
  const check = (sent: number[], latestMs: number) => {
    const { times, firstMs, lastMs, misdatedEvents } = datesOf(sent, latestMs);
    expect(times).toHaveLength(sent.length);
    if (firstMs === null || lastMs === null) return expect(misdatedEvents).toBe(sent.length);
    expect(times.every((ms) => ms >= firstMs && Math.floor(ms) <= lastMs && ms <= latestMs)).toBe(true);
    expect(lastMs - firstMs).toBeLessThanOrEqual(MAX_EVENT_AGE_MS + 1);
    expect(sent.filter((ms, i) => ms !== times[i]).length).toBeLessThanOrEqual(misdatedEvents);
  };
  const ms = fc.oneof(fc.double({ min: -6e13, max: 2e14, noNaN: true }), fc.integer({ min: NOW - 9, max: NOW + 9 }));
  fc.assert(fc.property(fc.array(ms), ms, check), { numRuns: 2_000 });
});
