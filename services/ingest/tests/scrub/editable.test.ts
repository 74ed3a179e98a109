import { describe, expect, test } from "bun:test";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { MASK } from "../../scrub/mask.ts";
import { type Json, chunkOfText, event, linesOf, stored, storedData } from "../payload/support/chunk.ts";

const PLAIN = { plainInputs: true, maskEmails: true };

const text = (id: number, textContent: string): Json => ({ type: 3, textContent, id });
const element = (id: number, attributes: Json, childNodes: Json = []): Json => ({
  type: 2,
  tagName: "div",
  attributes,
  childNodes,
  id,
});
const mutation = (more: { [key: string]: Json }): Json => ({
  source: 0,
  texts: [],
  attributes: [],
  removes: [],
  adds: [],
  ...more,
});
const add = (parentId: number, node: Json): Json => ({ parentId, nextId: null, node });

describe("the text of an editable element", () => {
  test.each<[string, Json]>([
    ["without a value", ""],
    ["true", "true"],
    ["as a literal", true],
    ["plaintext-only", "plaintext-only"],
    ["of a value that is none", "x"],
  ])("is masked with all below it: %s", (_, contenteditable) => {
    const page = (typed: string): Json => ({
      node: element(1, {}, [
        element(2, { contenteditable }, [text(3, typed), element(4, { class: "a" }, [text(5, typed)])]),
        element(6, {}, [text(7, "Job details")]),
      ]),
    });
    expect(storedData(2, page("Dear client"))).toEqual(page(MASK));
    expect(storedData(2, page("Dear client"), PLAIN)).toEqual(page("Dear client"));
  });

  test.each<Json>(["false", " FALSE ", false, null])("stays where it cannot be edited: %j", (contenteditable) => {
    const page = { node: element(1, { contenteditable }, [text(2, "Job details")]) };
    expect(storedData(2, page)).toEqual(page);
  });

  test("is masked whichever key comes first, and whichever of equal keys", () => {
    for (const node of [
      '{"childNodes":[{"textContent":"S3CRET"}],"attributes":{"contenteditable":""},"tagName":"p"}',
      '{"tagName":"p","attributes":{},"attributes":{"contenteditable":"true"},"childNodes":[{"textContent":"S3CRET"}]}',
      '{"tagName":"p","attributes":{"contenteditable":"false","contenteditable":""},"childNodes":[{"textContent":"S3CRET"}]}',
      '{"tagName":"p","attributes":{"content\\u0065ditable":""},"childNodes":[{"t\\u0065xtContent":"S3CRET"}]}',
    ]) {
      const [line] = linesOf(decodeChunk(chunkOfText(`[{"type":2,"timestamp":1,"data":{"node":${node}}}]`)));
      expect(line).not.toContain("S3CRET");
    }
  });
});

describe("in a mutation", () => {
  test("what is added below an editable element is masked, in whatever order it is listed", () => {
    const adds = (typed: string): Json[] => [
      add(11, text(12, typed)),
      add(10, element(11, {})),
      add(5, element(10, { contenteditable: "true" })),
      add(5, text(13, "Job details")),
    ];
    for (const order of [(list: Json[]) => list, (list: Json[]) => list.toReversed()]) {
      expect(storedData(3, mutation({ adds: order(adds("Dear client")) }))).toEqual(
        mutation({ adds: order(adds(MASK)) }),
      );
    }
  });

  test("what becomes editable is masked with what is added below it and what changes in it", () => {
    const change = (typed: string): Json =>
      mutation({
        attributes: [{ id: 20, attributes: { contenteditable: "" } }],
        adds: [add(20, text(21, typed)), add(1, text(22, "Job details"))],
        texts: [
          { id: 20, value: typed },
          { id: 23, value: "Job details" },
        ],
      });
    expect(storedData(3, change("Dear client"))).toEqual(change(MASK));
  });

  test("a text that changes alone is masked, as is one beside a counter, since it may be typed", () => {
    const alone = (value: string): Json => mutation({ texts: [{ id: 3, value }] });
    expect(storedData(3, alone("Dear client"))).toEqual(alone(MASK));
    expect(storedData(3, alone("\u00e9"))).toEqual(alone(MASK));
    expect(storedData(3, alone("Dear client"), PLAIN)).toEqual(alone("Dear client"));
    const counted = (value: string): Json =>
      mutation({
        texts: [
          { id: 3, value },
          { id: 9, value: "11 / 500" },
        ],
      });
    expect(storedData(3, counted("Dear client"))).toEqual(counted(MASK));
  });

  test("texts that change with others, or with what is added and removed, stay, and so do numbers", () => {
    const texts = ["a", "b", "c"].map((value, id): Json => ({ id, value }));
    for (const sent of [
      mutation({ texts }),
      mutation({ texts: texts.slice(0, 1), adds: [add(1, text(2, "x"))] }),
      mutation({ texts: texts.slice(0, 1), removes: [{ id: 4, parentId: 1 }] }),
      mutation({ texts: [{ id: 1, value: "12:30 / 45%" }] }),
      mutation({ texts: [{ id: 1, value: null }] }),
    ]) {
      expect(storedData(3, sent)).toEqual(sent);
    }
  });
});

test("what is stored of an event does not depend on the events around it", () => {
  const events = [
    event(2, { node: element(1, { contenteditable: "" }, [text(2, "Dear client")]) }),
    event(3, mutation({ texts: [1, 2, 3].map((id) => ({ id, value: "Dear client" })) })),
    event(3, mutation({ adds: [add(1, text(4, "Dear client"))] })),
  ];
  expect(stored(events)).toEqual(events.flatMap((one) => stored([one])));
});
