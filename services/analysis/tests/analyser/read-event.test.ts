import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { readEvent } from "../../analyser/read-event.ts";

function signal(type: number, data: unknown) {
  return readEvent(JSON.stringify({ type, data, timestamp: 7.5 }))?.signal;
}

describe("readEvent", () => {
  test("takes the time as sent", () => {
    expect(readEvent('{"type":0,"data":{},"timestamp":7.5}')?.timestampMs).toBe(7.5);
  });

  test.each([[1], [2], [3], [5], [6], [7], [12], [14]])("takes source %d for something that the user did", (source) => {
    expect(signal(3, { source })).toEqual({ what: "touch" });
  });

  test.each([[0], [4], [8], [9], [10], [11], [13], [15], [16], [99]])("takes source %d for none", (source) => {
    expect(signal(3, { source })).toEqual({ what: "nothing" });
  });

  test("reads recorder events as protobuf's JSON has them", () => {
    const page = { what: "page" as const, url: "https://a.example/", title: "A" };
    for (const cause of ["CAUSE_PUSH", 2, "CAUSE_FROM_THE_FUTURE", 42, undefined]) {
      expect(signal(5, { tag: "gt.nav", payload: { url: page.url, cause, title: "A", later: 1 } })).toEqual(page);
    }
    expect(signal(5, { tag: "gt.visibility", payload: { visible: true } })).toEqual({
      what: "visibility",
      visible: true,
    });
    // A field with its default value is left out.
    expect(signal(5, { tag: "gt.visibility", payload: {} })).toEqual({ what: "visibility", visible: false });
    expect(signal(5, { tag: "gt.action", payload: { kind: "KIND_KEY" } })).toEqual({ what: "touch" });
    for (const tag of ["gt.state", "gt.net", "gt.dropped", "gt.policy", "gt.later", "other tool"]) {
      expect(signal(5, { tag, payload: 1 })).toEqual({ what: "nothing" });
    }
  });

  test("reads a long line as it reads a short one", () => {
    const padding = "x".repeat(10_000);
    expect(signal(3, { source: 1, padding })).toEqual({ what: "touch" });
    expect(signal(2, { node: { padding } })).toEqual({ what: "nothing" });
    expect(signal(5, { tag: "gt.action", padding })).toEqual({ what: "touch" });
    expect(signal(5, { tag: "gt.state", payload: { json: padding } })).toEqual({ what: "nothing" });
    expect(signal(5, { tag: "gt.nav", payload: { url: "u", title: padding } })).toMatchObject({
      what: "page",
      url: "u",
    });
    expect(signal(4, { href: "u", padding })).toMatchObject({ what: "page", url: "u" });
    expect(signal(7, { padding })).toBeUndefined();
    expect(readEvent(`${padding}{}`)).toBeUndefined();
  });

  test.each([
    [""],
    ["nonsense"],
    ["null"],
    ["[]"],
    ["3"],
    ["{}"],
    ['{"type":3}'],
    ['{"type":7,"timestamp":1}'],
    ['{"type":-1,"timestamp":1}'],
    ['{"type":1.5,"timestamp":1}'],
    ['{"type":"3","timestamp":1}'],
    ['{"type":3,"timestamp":"1"}'],
    ['{"type":3,"timestamp":1e999}'],
    ['{"type":4,"timestamp":1,"data":{}}'],
    ['{"type":5,"timestamp":1,"data":{"tag":"gt.nav"}}'],
    ['{"type":5,"timestamp":1,"data":{"tag":"gt.nav","payload":{"url":5}}}'],
    ['{"type":5,"timestamp":1,"data":{"tag":"gt.visibility","payload":{"visible":"yes"}}}'],
  ])("finds no event in %s", (line) => {
    expect(readEvent(line)).toBeUndefined();
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.json(), (line) => void readEvent(line)));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom("gt.nav", "gt.visibility"),
        fc.jsonValue(),
        (type, tag, payload) => {
          readEvent(JSON.stringify({ type, timestamp: 1, data: { tag, payload, href: payload } }));
        },
      ),
    );
  });
});
