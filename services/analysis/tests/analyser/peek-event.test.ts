import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { peekEvent } from "../../analyser/peek-event.ts";

describe("peekEvent", () => {
  test.each([
    ['{"type":2,"data":{"node":{"a":["}",{"b":"\\"]"}]}},"timestamp":5}', { type: 2, timestamp: 5 }],
    ['{"timestamp":1.5e3,"data":{"x":[{}],"source":0},"type":3}', { type: 3, timestamp: 1500, source: 0 }],
    [' {\n"type" : 5 , "timestamp":-1, "data" : { "tag" : "gt.nav" } } ', { type: 5, timestamp: -1, tag: "gt.nav" }],
    ['{"type":1,"type":2,"timestamp":1,"timestamp":2}', { type: 2, timestamp: 2 }],
    ['{"type":3,"timestamp":1,"data":{"source":1},"data":{}}', { type: 3, timestamp: 1 }],
    ['{"type":3,"timestamp":1,"data":{"a":{"source":1,"tag":"x"}}}', { type: 3, timestamp: 1 }],
  ])("reads %s", (line, head) => {
    expect(peekEvent(line)).toEqual({ source: undefined, tag: undefined, ...head });
  });

  test.each([
    ["a key with an escape", '{"t\\u0079pe":3,"timestamp":1}'],
    ["a tag with an escape", '{"type":5,"timestamp":1,"data":{"tag":"gt\\u002enav"}}'],
    ["a type that is a text", '{"type":"3","timestamp":1}'],
    ["a number that JSON does not know", '{"type":03,"timestamp":1}'],
    ["data that is no object", '{"type":3,"timestamp":1,"data":[]}'],
    ["no time", '{"type":3}'],
    ["more behind the end", '{"type":3,"timestamp":1} {}'],
    ["no end", '{"type":3,"timestamp":1,"data":{"a":"'],
    ["an open list", '{"type":3,"timestamp":1,"data":{"a":[1,2'],
    ["a comma too many", '{"type":3,"timestamp":1,}'],
    ["no value", '{"type":3,"timestamp":1,"x":}'],
    ["no object", "[1]"],
    ["nothing", ""],
  ])("is in doubt about %s", (_, line) => {
    expect(peekEvent(line)).toBeUndefined();
  });

  test("says what JSON.parse says, whatever the order, number and spacing of keys", () => {
    fc.assert(
      fc.property(eventText(), (text) => {
        const head = peekEvent(text);
        if (head === undefined) return;
        const whole = JSON.parse(text);
        expect(head.type).toBe(whole.type);
        expect(head.timestamp).toBe(whole.timestamp);
        expect(head.source).toBe(whole.data?.source);
        expect(head.tag).toBe(whole.data?.tag);
      }),
      { numRuns: 1_000 },
    );
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void peekEvent(text)));
    fc.assert(fc.property(eventText(), fc.nat(), (text, cut) => void peekEvent(text.slice(0, cut % text.length))));
  });
});

/** JSON of objects with the keys of an event, some of them twice, some not, with odd values and spaces. */
function eventText(): fc.Arbitrary<string> {
  const space = fc.constantFrom("", " ", "\n\t");
  const any = fc.json({ maxDepth: 3 });
  const number = fc
    .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    .map((n) => JSON.stringify(n));
  const text = fc.oneof(fc.string(), fc.string({ unit: "binary" })).map((s) => JSON.stringify(s));
  const member = (key: string, value: fc.Arbitrary<string>) =>
    fc.tuple(space, value, space).map(([a, v, b]) => `${a}"${key}"${b}:${a}${v}${b}`);
  const object = (...members: fc.Arbitrary<string>[]) =>
    fc.array(fc.oneof(...members), { maxLength: 5 }).map((list) => `{${list.join(",")}}`);
  const data = object(member("source", number), member("tag", text), member("node", any));
  const more = fc.array(
    fc.oneof(member("data", data), member("type", number), member("timestamp", number), member("x", any)),
    { maxLength: 5 },
  );
  return fc
    .tuple(member("type", number), member("timestamp", number), more)
    .chain(([type, time, rest]) => fc.shuffledSubarray([type, time, ...rest], { minLength: 2 + rest.length }))
    .map((members) => `{${members.join(",")}}`);
}
