import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { PAGE_AT_END } from "../../blocks/block-content.ts";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { type Json, chunkOf, chunkOfText, event, linesOf, refusalOf } from "./support/chunk.ts";

const NEVER = "https://www.upwork.com/ab/account-security/login";
const JOBS = "https://www.upwork.com/nx/search/jobs/";

const meta = (href: string): Json => event(4, { href, width: 1, height: 1 });
const nav = (url: string): Json => event(5, { tag: "gt.nav", payload: { url, cause: "CAUSE_PUSH" } });
const custom = (tag: string, payload: Json): Json => event(5, { tag, payload });
const mouse = (id: number): Json => event(3, { source: 2, id });
const page = (tagName: string, attributes: Json): Json => event(2, { node: { tagName, attributes } });

/** Which events of the chunk are kept, and what is told of them. */
function cut(events: readonly Json[]) {
  const decoded = decodeChunk(chunkOf(events));
  const texts = events.map((one) => JSON.stringify(one));
  const kept = linesOf(decoded).map((line) => texts.indexOf(line));
  const { eventCount, cutEvents, leadingEvents, pageAtEnd, hasFullSnapshot } = decoded;
  expect(decoded.times).toHaveLength(eventCount);
  expect(eventCount + cutEvents).toBe(events.length);
  return { kept, leadingEvents, pageAtEnd, hasFullSnapshot };
}

describe("events of a page that is never recorded are left out", () => {
  test.each<[string, Json]>([
    ["a Meta event", meta(NEVER)],
    ["a navigation", nav(NEVER)],
    ["a snapshot's address", event(2, { href: NEVER, node: {} })],
    ["a snapshot's canonical link", page("link", { rel: "canonical", href: NEVER })],
    ["a snapshot's og:url", page("meta", { property: "og:url", content: NEVER })],
  ])("from %s on, to the end of the chunk", (_, named) => {
    expect(cut([meta(JOBS), mouse(1), named, mouse(2), event(2, { node: {} })])).toEqual({
      kept: [0, 1],
      leadingEvents: 0,
      pageAtEnd: PAGE_AT_END.NEVER,
      hasFullSnapshot: false,
    });
  });

  test.each([
    ["a Meta event", meta],
    ["a navigation", nav],
  ])("until %s names one that may be recorded", (_, begin) => {
    const events = [
      meta(NEVER),
      event(2, { node: {} }),
      mouse(1),
      begin(JOBS),
      mouse(2),
      event(2, { node: { id: 9 } }),
    ];
    expect(cut(events)).toMatchObject({ kept: [3, 4, 5], leadingEvents: 0, pageAtEnd: PAGE_AT_END.RECORDED });
  });

  test("whatever the page calls its canonical address, and whatever says nothing", () => {
    const fine = page("link", { rel: "canonical", href: JOBS });
    const nothing = [meta(""), nav("not an address"), event(4, {}), custom("x", { url: JOBS }), custom("gt.state", {})];
    expect(cut([meta(NEVER), fine, ...nothing, mouse(1)])).toMatchObject({ kept: [], pageAtEnd: PAGE_AT_END.NEVER });
  });

  test("by whichever of equal keys, and however they are spelt", () => {
    const texts = [
      `{"type":4,"timestamp":1,"data":{"href":"${NEVER}","href":"${JOBS}"}}`,
      `{"type":4,"timestamp":1,"data":{"href":"${JOBS}","href":"${NEVER}"}}`,
      `{"type":4,"timestamp":1,"data":{"\\u0068ref":"${NEVER.replace("login", "\\u006cogin")}"}}`,
      `{"type":5,"timestamp":1,"data":{"tag":"gt.nav","payload":{"url":"${JOBS}"},"payload":{"url":"${NEVER}"}}}`,
    ];
    for (const text of texts) {
      const decoded = decodeChunk(chunkOfText(`[${text}]`));
      expect([linesOf(decoded), decoded.cutEvents]).toEqual([[], 1]);
    }
  });

  test("and with them what they held: nothing of it is masked, counted or kept", () => {
    const typed = event(3, { source: 5, id: 1, text: "hunter2" });
    const decoded = decodeChunk(chunkOf([meta(NEVER), typed]));
    expect(decoded).toMatchObject({ eventCount: 0, cutEvents: 2, maskedValues: 0, firstMs: null, lastMs: null });
    expect(decoded.ndjson).toHaveLength(0);
    expect(decoded.misdatedEvents).toBe(0);
  });

  test("but one that cannot be read safely is still refused", () => {
    const text = `[${JSON.stringify(meta(NEVER))},{"type":3,"type":0,"timestamp":1}]`;
    expect(refusalOf(chunkOfText(text, 2))).toBe("scrub_failed");
    expect(refusalOf({ ...chunkOf([meta(NEVER), mouse(1)]), eventCount: 1 })).toBe("event_count_wrong");
  });
});

describe("an event about such a page is left out alone", () => {
  test.each<[string, Json]>([
    ["an answer that was fetched", custom("gt.net", { url: NEVER, status: 200, json: "{}" })],
    ["a state", custom("gt.state", { url: NEVER })],
    ["any custom event", custom("x", { href: "/nx/tax/" })],
    ["a custom event's data", event(5, { tag: "x", url: NEVER, payload: 1 })],
    ["a network plugin's request", event(6, { plugin: "network", payload: { requests: [{ name: NEVER }] } })],
    ["a network plugin's address", event(6, { plugin: "network", payload: { a: [{ url: NEVER }] } })],
  ])("%s", (_, single) => {
    expect(cut([single, meta(JOBS), single, mouse(1)])).toMatchObject({
      kept: [1, 3],
      leadingEvents: 0,
      pageAtEnd: PAGE_AT_END.RECORDED,
    });
  });
});

describe("links to such pages do no harm", () => {
  test.each<[string, Json]>([
    ["in a page", page("a", { href: NEVER, rel: "nofollow" })],
    ["in a custom event", custom("x", { links: [{ href: NEVER }], note: NEVER })],
    ["in a mutation", event(3, { source: 0, attributes: [{ id: 1, attributes: { href: NEVER } }] })],
  ])("%s", (_, link) => {
    expect(cut([meta(JOBS), link])).toMatchObject({ kept: [0, 1], pageAtEnd: PAGE_AT_END.RECORDED });
  });
});

describe("events before the first that names a page", () => {
  test("stay, and are counted", () => {
    expect(cut([mouse(1), mouse(2), nav(JOBS), mouse(3)])).toMatchObject({ kept: [0, 1, 2, 3], leadingEvents: 2 });
    expect(cut([mouse(1), mouse(2), meta(NEVER), mouse(3)])).toMatchObject({
      kept: [0, 1],
      leadingEvents: 2,
      pageAtEnd: PAGE_AT_END.NEVER,
    });
    expect(cut([mouse(1), event(2, { node: {} })])).toMatchObject({
      leadingEvents: 2,
      pageAtEnd: PAGE_AT_END.UNSAID,
      hasFullSnapshot: true,
    });
  });
});

test("a tab that is read in order has the same events however it was cut into chunks", () => {
  const named = fc.constantFrom(NEVER, JOBS, "https://www.upwork.com/nx/tax/x", "about:blank", "");
  const any = fc.oneof(
    fc.nat(99).map(mouse),
    named.map(meta),
    named.map(nav),
    named.map((url) => custom("gt.net", { url })),
    named.map((href) => page("link", { rel: "canonical", href })),
  );
  const inOrder = (chunks: Json[][]): string[] => {
    let isNever = false;
    return chunks.flatMap((events) => {
      const decoded = decodeChunk(chunkOf(events));
      const lines = linesOf(decoded).slice(isNever ? decoded.leadingEvents : 0);
      if (decoded.pageAtEnd !== PAGE_AT_END.UNSAID) isNever = decoded.pageAtEnd === PAGE_AT_END.NEVER;
      return lines;
    });
  };
  const check = (chunks: Json[][]) => expect(inOrder(chunks)).toEqual(inOrder([chunks.flat()]));
  const lists = fc.array(fc.array(any, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(lists, check), { numRuns: 1_000 });
});
