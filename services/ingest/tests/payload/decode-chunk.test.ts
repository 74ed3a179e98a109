import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { MAX_DEPTH } from "../../payload/limits.ts";
import { chunkOf, chunkOfText, event, linesOf, refusalOf, sealed } from "./support/chunk.ts";

const FINE = '{"type":3,"data":{},"timestamp":1}';
const NEVER = "https://www.upwork.com/ab/account-security/login";

describe("what is stored", () => {
  test("is each event's own text, one a line", () => {
    const lines = ['{"type":3,"timestamp":1.5e3,"data":{"a":"\\u00e9\\/é","n":1.0}}', FINE];
    const decoded = decodeChunk(chunkOfText(` [ ${lines.join(" ,\n")}\t] `, 2));
    expect(linesOf(decoded)).toEqual(lines);
    expect(Buffer.from(decoded.ndjson).toString().endsWith("\n")).toBe(true);
  });

  test("has no line end within an event", () => {
    const pretty = JSON.stringify([{ type: 3, timestamp: 1, data: { text: "a\nb", list: [1, 2] } }], undefined, 2);
    const decoded = decodeChunk(chunkOfText(pretty.replaceAll("\n", "\r\n")));
    expect(linesOf(decoded)).toHaveLength(1);
    expect(JSON.parse(linesOf(decoded)[0] ?? "")).toEqual(JSON.parse(pretty)[0]);
    expect(Buffer.from(decoded.ndjson).includes("\r")).toBe(false);
  });

  test("keeps lone surrogates, line separators, __proto__ and equal keys as they were sent", () => {
    const lines = [
      '{"type":3,"timestamp":1,"data":{"text":"\\ud800 \\udfff"}}',
      '{"type":3,"timestamp":1,"data":{"text":"\u2028\u2029"}}',
      '{"type":3,"timestamp":1,"data":{"__proto__":{"type":2},"constructor":null}}',
      '{"type":3,"timestamp":1,"data":{"id":1,"id":2}}',
    ];
    const decoded = decodeChunk(chunkOfText(`[${lines.join(",")}]`, 4));
    expect(linesOf(decoded)).toEqual(lines);
    expect(decoded.hasFullSnapshot).toBe(false);
  });

  test("is the same however the events stand apart, masked and cut ones among them", () => {
    const kinds = [
      FINE,
      '{"type":3,"timestamp":1,"data":{"source":5,"id":1,"text":"typed"}}',
      `{"type":4,"timestamp":1,"data":{"href":"${NEVER}"}}`,
      '{"type":4,"timestamp":1,"data":{"href":"https://www.upwork.com/nx/search/jobs/"}}',
    ];
    const space = fc.constantFrom("", "", " ", "\n", "\t\r\n  ");
    const check = (events: readonly string[], spaces: readonly string[]) => {
      const gap = (i: number) => spaces[i % spaces.length] ?? "";
      const apart = events.map((text, i) => `${gap(i)}${text}${gap(i + 1)}`).join(",");
      const kept = linesOf(decodeChunk(chunkOfText(`[${apart}]`, events.length)));
      expect(kept).toEqual(linesOf(decodeChunk(chunkOfText(`[ ${events.join(" , ")} ]`, events.length))));
    };
    const events = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(events, fc.array(space, { minLength: 1, maxLength: 4 }), check), { numRuns: 1_000 });
  });

  test.each([Codec.IDENTITY, Codec.GZIP, Codec.ZSTD])("is the same for codec %p", (codec) => {
    const events = Array.from({ length: 50 }, (_, i) => event(3, { i, text: "ü".repeat(i) }));
    expect(linesOf(decodeChunk(chunkOf(events, codec)))).toEqual(events.map((one) => JSON.stringify(one)));
  });
});

describe("what is told of a chunk", () => {
  test("earliest and latest time, in whole milliseconds, whatever the order", () => {
    const events = [17.9, 5.5, 23.1].map((timestamp) => ({ type: 3, timestamp, data: {} }));
    expect(decodeChunk(chunkOf(events))).toMatchObject({ firstMs: 5, lastMs: 23, eventCount: 3 });
    expect(decodeChunk(chunkOf([{ type: 0, timestamp: -1.5 }]))).toMatchObject({ firstMs: -2, lastMs: -2 });
  });

  test("whether it has a FullSnapshot, and its size as JSON", () => {
    const events = [event(3, {}), event(2, { node: {} })];
    const decoded = decodeChunk(chunkOf(events, Codec.GZIP));
    expect(decoded.hasFullSnapshot).toBe(true);
    expect(decoded.rawBytes).toBe(JSON.stringify(events).length);
  });

  test("how many values were masked", () => {
    const events = [
      event(3, { source: 5, id: 1, text: "abc" }),
      event(5, { tag: "x", payload: { a: "me@example.com" } }),
    ];
    expect(decodeChunk(chunkOf(events)).maskedValues).toBe(2);
    expect(decodeChunk(chunkOf([event(3, { source: 5, id: 1, text: "***" })])).maskedValues).toBe(0);
  });
});

describe("a chunk is refused", () => {
  test("when its hash is another", () => {
    expect(refusalOf({ ...chunkOfText(`[${FINE}]`), sha256: new Uint8Array(32) })).toBe("sha256_mismatch");
    expect(refusalOf({ ...chunkOfText(`[${FINE}]`), sha256: new Uint8Array(0) })).toBe("sha256_mismatch");
  });

  test.each([
    "",
    "[",
    "]",
    `[${FINE}`,
    `[${FINE},]`,
    `[${FINE}]]`,
    `[${FINE}] x`,
    `[${FINE} ${FINE}]`,
    `\ufeff[${FINE}]`,
    '[{"type":3,"timestamp":1,}]',
    '[{"type":03,"timestamp":1}]',
    "[{'type':3}]",
    '[{"type":3,"timestamp":1,"a":"\n"}]',
    '[{"type":3,"timestamp":1,"a":"\\x"}]',
    '[{"type":3,"timestamp":NaN}]',
    '[{"type":1},',
    '{"a":',
    "nul",
  ])("when it is not JSON: %j", (text) => {
    expect(refusalOf(chunkOfText(text))).toBe("json_invalid");
  });

  test("when it is not UTF-8", () => {
    for (const hex of ["ff", "c080", "eda080", "f8888080", "e282"]) {
      const bytes = Buffer.concat([
        Buffer.from('[{"type":3,"timestamp":1,"a":"'),
        Buffer.from(hex, "hex"),
        Buffer.from('"}]'),
      ]);
      expect(refusalOf(sealed(Codec.IDENTITY, bytes, 1))).toBe("json_invalid");
    }
  });

  test("when it nests deeper than the limit, and not when as deep", () => {
    const nested = (levels: number) => `[{"type":3,"timestamp":1,"data":${"[".repeat(levels)}${"]".repeat(levels)}}]`;
    expect(refusalOf(chunkOfText(nested(MAX_DEPTH - 2)))).toBeUndefined();
    expect(refusalOf(chunkOfText(nested(MAX_DEPTH - 1)))).toBe("json_too_deep");
    expect(refusalOf(chunkOfText("[".repeat(1_000_000)))).toBe("json_too_deep");
    expect(refusalOf(chunkOfText('{"a":'.repeat(1_000_000)))).toBe("json_too_deep");
  });

  test.each(["{}", '""', "1", "null", "[]", " [ \n] ", `{"events":[${FINE}]}`])(
    "when it is no array of events: %j",
    (text) => {
      expect(refusalOf(chunkOfText(text))).toBe("events_not_array");
    },
  );

  test.each([
    "1",
    "null",
    "[]",
    '"x"',
    "{}",
    '{"type":3}',
    '{"timestamp":1}',
    '{"type":"3","timestamp":1}',
    '{"type":3.5,"timestamp":1}',
    '{"type":3,"timestamp":"1"}',
    '{"type":3,"timestamp":null}',
    '{"type":3,"timestamp":1e999}',
    '{"type":1e999,"timestamp":1}',
    '{"type":-1,"timestamp":1}',
    '{"type":3,"timestamp":1e15}',
    '{"type":3,"data":{"timestamp":1}}',
  ])("when an event is none: %j", (text) => {
    expect(refusalOf(chunkOfText(`[${FINE},${text}]`, 2))).toBe("event_invalid");
  });

  test("when it holds another number of events than stated", () => {
    expect(refusalOf(chunkOfText(`[${FINE},${FINE}]`, 1))).toBe("event_count_wrong");
    expect(refusalOf(chunkOfText(`[${FINE}]`, 2))).toBe("event_count_wrong");
  });

  test("when two keys leave open what an event is", () => {
    for (const text of [
      '{"type":3,"type":0,"timestamp":1,"data":{"source":5,"text":"secret"}}',
      '{"type":3,"timestamp":1,"data":{"source":5,"source":1,"text":"secret"}}',
      '{"type":3,"timestamp":1,"data":{"source":1},"data":{"source":5,"text":"secret"}}',
      '{"type":5,"timestamp":1,"data":{"tag":"gt.nav","tag":"x","payload":{}}}',
    ]) {
      expect(refusalOf(chunkOfText(`[${text}]`))).toBe("scrub_failed");
    }
  });
});

test("of several things wrong, the one is told that the sender has to mend first", () => {
  const never = JSON.stringify(event(4, { href: NEVER }));
  expect(refusalOf(chunkOfText(`[${never},{},`, 9))).toBe("json_invalid");
  expect(refusalOf(chunkOfText(`[${never},{}]`, 9))).toBe("event_invalid");
  expect(refusalOf(chunkOfText(`[${never}]`, 9))).toBe("event_count_wrong");
});
