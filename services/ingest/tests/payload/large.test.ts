import { expect, test } from "bun:test";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { type Json, chunkOf, chunkOfText, event, linesOf, refusalOf } from "./support/chunk.ts";

const MIB = 1024 * 1024;

function page(nodes: number): Json {
  const childNodes = Array.from({ length: nodes }, (_, id) => ({
    type: 2,
    tagName: "div",
    attributes: { class: "air3-token job-tile", "data-test": `tile-${id}`, style: "width: 100%;" },
    childNodes: [{ type: 3, textContent: `Looking for a TypeScript developer, job ${id}`, id: id * 2 + 1 }],
    id: id * 2,
  }));
  return event(2, { node: { type: 0, childNodes, id: 0 }, initialOffset: { top: 0, left: 0 } });
}

test("a FullSnapshot of 20 MB passes whole, in bounded memory", () => {
  const events = [page(105_000)];
  const input = chunkOf(events, Codec.GZIP);
  const text = JSON.stringify(events[0]);
  expect(text.length).toBeGreaterThan(20_000_000);
  Bun.gc(true);
  const before = process.resourceUsage().maxRSS;
  const decoded = decodeChunk(input);
  const grownBytes = (process.resourceUsage().maxRSS - before) * 1024;
  expect(linesOf(decoded)).toEqual([text]);
  expect(decoded.hasFullSnapshot).toBe(true);
  expect(grownBytes).toBeLessThan(10 * text.length);
});

test("one string of 100 MB passes", () => {
  const text = `[{"type":5,"timestamp":1,"data":{"tag":"x","payload":"${"a=".repeat(50 * MIB)}"}}]`;
  const decoded = decodeChunk(chunkOfText(text, 1, Codec.ZSTD));
  expect(decoded.ndjson.length).toBe(text.length - 1);
  expect(decoded.maskedValues).toBe(0);
});

test("an event of tens of millions of values is refused", () => {
  const text = `[{"type":3,"timestamp":1,"data":[0${",0".repeat(34_000_000)}]}]`;
  expect(refusalOf(chunkOfText(text, 1, Codec.ZSTD))).toBe("event_too_dense");
});

// Each of these would take minutes if some part read the same text again and again.
const MEAN_TEXTS = [
  "eyJ".repeat(MIB),
  "eyJaaaaaaaaaa.".repeat(MIB / 4),
  "@".repeat(MIB),
  "a@".repeat(MIB),
  `a@${"a.".repeat(MIB)}`,
  `a@${"-.".repeat(MIB)}x`,
  "cookie:".repeat(MIB / 4),
  "token=".repeat(MIB / 4),
  `token${"\\".repeat(MIB)}`,
  `"token":"${"\\".repeat(MIB)}`,
  "4111 ".repeat(MIB),
  "4111111111111111".repeat(MIB / 8),
  "Bearer ".repeat(MIB / 4),
  `Bearer ${"a".repeat(MIB)}`,
  "password:".repeat(MIB / 4),
  "[".repeat(MIB),
  '["'.repeat(MIB),
  "\\u0040".repeat(MIB / 4),
  "%40".repeat(MIB),
  "<input ".repeat(MIB / 4),
  `<input ${"a=b ".repeat(MIB / 4)}`,
  `<input ${'a="'.repeat(MIB / 4)}`,
  "<textarea>".repeat(MIB / 8),
  "<div contenteditable>".repeat(MIB / 16),
  `<div contenteditable>${"<div>".repeat(MIB / 8)}`,
  "<option selected>".repeat(MIB / 8),
  "&#64;".repeat(MIB / 4),
  "&amp;".repeat(MIB / 4),
  "%25".repeat(MIB),
  `${"%25".repeat(MIB)}40`,
  "\\u005c".repeat(MIB / 4),
  "'token', '".repeat(MIB / 8),
  '"name":"csrf","value":"'.repeat(MIB / 16),
  '"value":"a1","name":"csrf'.repeat(MIB / 16),
  `"value":"${"a".repeat(MIB)}","name":"csrf"`,
  '"token":['.repeat(MIB / 8),
  '"token":[]'.repeat(MIB / 8),
  "://a:".repeat(MIB / 4),
  `://a:${"b".repeat(MIB)}@`,
  "visitor:{".repeat(MIB / 8),
  "1.2.3.".repeat(MIB / 4),
  ".1234567890123".repeat(MIB / 8),
  "data:text/html;base64,".repeat(MIB / 16),
  `data:text/html;base64,${"YWFh".repeat(MIB / 4)}`,
  "data:text/html;base64,PGlucHV0".repeat(MIB / 16),
  "https://www.upwork.com/?a=b&".repeat(MIB / 16),
  `https://www.upwork.com/?${"a=b&".repeat(MIB / 4)}`,
  `https://www.upwork.com/#${"a=b?".repeat(MIB / 4)}`,
  `https://www.upwork.com/?${"%2525".repeat(MIB / 4)}=1`,
];

test.each(MEAN_TEXTS.map((text) => [text.slice(0, 16), text]))(
  "text is read once, also when made of %j",
  (_, text) => {
    expect(refusalOf(chunkOf([event(5, { tag: "x", payload: { text } })]))).toBeUndefined();
  },
  20_000,
);

test("structure is read once, also when every level asks to be masked", () => {
  const wide = `[${'"a",'.repeat(300_000)}"a"]`;
  for (const [open, close] of [
    ['{"token":', "}"],
    ['{"name":"csrf","value":', "}"],
    ['{"tagName":"textarea","childNodes":', "}"],
    ['{"tagName":"input","attributes":{"value":', "}}"],
    ['{"tagName":"div","attributes":{"contenteditable":""},"childNodes":', "}"],
    ['{"tagName":"select","attributes":{"name":"cvv"},"childNodes":', "}"],
    ['{"visitor":', "}"],
    ['{"headers":', "}"],
    ['{"tagName":"a","attributes":{"href":', "}}"],
  ] as const) {
    const text = `[{"type":2,"timestamp":1,"data":${open.repeat(900)}${wide}${close.repeat(900)}}]`;
    expect(refusalOf(chunkOfText(text))).toBeUndefined();
  }
}, 20_000);
