import { describe, expect, test } from "bun:test";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { MASK } from "../../scrub/mask.ts";
import { type Json, chunkOfText, event, linesOf, stored, storedData } from "../payload/support/chunk.ts";

const PLAIN = { plainInputs: true, maskEmails: true };

function element(tagName: string, attributes: Json, childNodes: Json = []): Json {
  return { type: 2, tagName, attributes, childNodes, id: 1 };
}

function storedElement(
  tagName: string,
  attributes: Json,
  childNodes: Json = [],
  policy = { ...PLAIN, plainInputs: false },
): Json {
  return storedData(2, element(tagName, attributes, childNodes), policy);
}

describe("what is typed", () => {
  test("is masked", () => {
    const input = { source: 5, id: 3, text: "my cover letter", isChecked: false };
    expect(storedData(3, input)).toEqual({ ...input, text: MASK });
    expect(storedData(3, { ...input, text: 42 })).toEqual({ ...input, text: MASK });
  });

  test("is masked wherever the key stands, twice, or spelt with escapes", () => {
    const line = (data: string) => linesOf(decodeChunk(chunkOfText(`[{"data":${data},"timestamp":1,"type":3}]`)))[0];
    for (const data of [
      '{"text":"S3CRET","source":5}',
      '{"source":5.0e0,"text":"S3CRET","text":""}',
      '{"source":5,"text":"","text":"S3CRET"}',
      '{"\\u0073ource":5,"te\\u0078t":"\\u0053S3CRET"}',
      '{"source":5,"text":{"a":["S3CRET"]}}',
    ]) {
      expect(line(data)).toContain(MASK);
      expect(line(data)).not.toContain("S3CRET");
    }
  });

  test("stays where the recorder masked it, or where it is empty", () => {
    for (const text of ["", "*", "*******"]) expect(storedData(3, { source: 5, text })).toEqual({ source: 5, text });
  });

  test("stays under a plain policy, but for secrets in it", () => {
    expect(storedData(3, { source: 5, text: "React" }, PLAIN)).toEqual({ source: 5, text: "React" });
    expect(storedData(3, { source: 5, text: "4111 1111 1111 1111" }, PLAIN)).toEqual({ source: 5, text: MASK });
  });
});

describe("changed attributes", () => {
  const mutation = (attributes: Json): Json => ({
    source: 0,
    attributes: [{ id: 9, attributes }],
    texts: [],
    adds: [],
    removes: [],
  });

  test("value and checked are masked whatever the element", () => {
    const kept = storedData(3, mutation({ value: "x", checked: true, class: "value" }));
    expect(kept).toEqual(mutation({ value: MASK, checked: MASK, class: "value" }));
    expect(storedData(3, mutation({ value: 7, checked: "" }))).toEqual(mutation({ value: MASK, checked: "" }));
  });

  test("what was taken away stays away", () => {
    expect(storedData(3, mutation({ value: null, checked: null }))).toEqual(mutation({ value: null, checked: null }));
  });

  test("they stay under a plain policy", () => {
    expect(storedData(3, mutation({ value: "x", checked: true }), PLAIN)).toEqual(
      mutation({ value: "x", checked: true }),
    );
  });
});

describe("elements of a snapshot", () => {
  test.each(["input", "textarea", "select", "option", "INPUT"])("%s: its value is masked", (tag) => {
    expect(storedElement(tag, { class: "a", value: "x" })).toEqual(element(tag, { class: "a", value: MASK }));
  });

  test.each(["text", "email", "number", "hidden", "password", "search", "range"])(
    "input of type %s is masked",
    (type) => {
      expect(storedElement("input", { value: "x", type })).toEqual(element("input", { value: MASK, type }));
    },
  );

  test.each(["submit", "button", "reset", "image", "checkbox", "Radio"])(
    "input of type %s keeps the page's label",
    (type) => {
      expect(storedElement("input", { value: "Search", type })).toEqual(element("input", { value: "Search", type }));
    },
  );

  test.each(["button", "li", "progress", "meter", "div"])("%s keeps its value", (tag) => {
    expect(storedElement(tag, { value: "3" })).toEqual(element(tag, { value: "3" }));
  });

  test("the text of a textarea is masked, that of others is not", () => {
    const text = { type: 3, textContent: "Dear client", id: 2 };
    expect(storedElement("textarea", {}, [text])).toEqual(element("textarea", {}, [{ ...text, textContent: MASK }]));
    expect(storedElement("option", {}, [text])).toEqual(element("option", {}, [text]));
  });

  test("the text of the option that was chosen is masked, in a select or alone", () => {
    const option = (attributes: Json, textContent: string): Json =>
      element("option", attributes, [{ type: 3, textContent, id: 2 }]);
    const sent = [option({ selected: true }, "Germany"), option({}, "France")];
    const kept = [option({ selected: true }, MASK), option({}, "France")];
    expect(storedElement("select", {}, sent)).toEqual(element("select", {}, kept));
    expect(storedElement("select", {}, sent, PLAIN)).toEqual(element("select", {}, sent));
  });

  test.each([
    "data-value",
    "data-initial-value",
    "aria-valuetext",
    "aria-valuenow",
    "defaultValue",
    "ng-reflect-model",
  ])("%s of a field is masked as its value is, that of others is not", (name) => {
    expect(storedElement("input", { [name]: "x", type: "text" })).toEqual(
      element("input", { [name]: MASK, type: "text" }),
    );
    expect(storedElement("li", { [name]: "x" })).toEqual(element("li", { [name]: "x" }));
  });

  test.each<[string, { [key: string]: Json }]>([
    ["a payment field by autocomplete", { autocomplete: "billing cc-number" }],
    ["a security code by autocomplete", { autocomplete: "cc-csc", type: "text" }],
    ["a one-time code", { autocomplete: "one-time-code" }],
    ["a password that is shown", { autocomplete: "current-password", type: "text" }],
    ["a payment field by its placeholder", { placeholder: "Card number" }],
    ["a payment field by its label", { "aria-label": "Security code" }],
    ["a password by its name", { name: "user[password]" }],
    ["a token by its id", { id: "csrf_token", type: "radio" }],
    ["a hidden input", { type: "HIDDEN", name: "a" }],
  ])("%s is masked under a plain policy too", (_, attributes) => {
    const field = (value: string): Json => ({ ...attributes, value, "data-value": value });
    for (const tag of ["input", "select"]) {
      expect(storedElement(tag, field("x"), [], PLAIN)).toEqual(element(tag, field(MASK)));
    }
    const text = (textContent: string): Json => ({ type: 3, textContent, id: 2 });
    const options = (value: string): Json => [element("option", { value }, [text(value)])];
    expect(storedElement("select", attributes, options("12"), PLAIN)).toEqual(
      element("select", attributes, options(MASK)),
    );
    expect(storedElement("textarea", attributes, [text("x")], PLAIN)).toEqual(
      element("textarea", attributes, [text(MASK)]),
    );
  });

  test("hidden and password inputs are masked under a plain policy too", () => {
    const kept = (type: string) => storedElement("input", { type, value: "x" }, [], PLAIN);
    expect(kept("hidden")).toEqual(element("input", { type: "hidden", value: MASK }));
    expect(kept("password")).toEqual(element("input", { type: "password", value: MASK }));
    expect(kept("text")).toEqual(element("input", { type: "text", value: "x" }));
  });
});

describe("a field for a secret that the chunk shows", () => {
  const page = event(2, { node: element("input", { type: "password" }) });
  const typed = (id: number, text: string): Json => event(3, { source: 5, id, text });
  const changed = (id: number, value: string): Json =>
    event(3, { source: 0, attributes: [{ id, attributes: { value } }], texts: [], adds: [], removes: [] });

  test("is masked under a plain policy too when something is typed into it", () => {
    const sent = [
      typed(1, "before"),
      page,
      typed(1, "hunter2"),
      typed(2, "React"),
      changed(1, "hunter2"),
      changed(2, "a"),
    ];
    const kept = [typed(1, "before"), page, typed(1, MASK), typed(2, "React"), changed(1, MASK), changed(2, "a")];
    expect(stored(sent, PLAIN)).toEqual(kept);
  });

  test("and a number that may become a card's is masked wherever it is typed", () => {
    for (const text of ["41111111", "4111 1111 1", "4111-1111-1111-111", "078-05-1120"]) {
      expect(storedData(3, { source: 5, id: 2, text }, PLAIN)).toEqual({ source: 5, id: 2, text: MASK });
    }
    for (const text of ["45", "2026-11-22 a", "$1,500", "1234567"]) {
      expect(storedData(3, { source: 5, id: 2, text }, PLAIN)).toEqual({ source: 5, id: 2, text });
    }
  });
});

test("added elements are masked as those of a snapshot, and text added to a textarea with it", () => {
  const add = (node: Json, parentId: number): Json => ({ parentId, nextId: null, node });
  const text = (id: number, textContent: string): Json => ({ type: 3, textContent, id });
  const textarea = { type: 2, tagName: "textarea", attributes: {}, childNodes: [], id: 11 };
  const adds = (first: string) => [
    add(textarea, 5),
    add(text(12, first), 11),
    add(text(13, "Job details"), 5),
    add({ type: 2, tagName: "input", attributes: { value: first }, childNodes: [], id: 14 }, 5),
  ];
  const mutation = (list: Json[]): Json => ({ source: 0, texts: [], attributes: [], removes: [], adds: list });
  expect(storedData(3, mutation(adds("Dear client")))).toEqual(mutation(adds(MASK)));
});
