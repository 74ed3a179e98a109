import { describe, expect, test } from "bun:test";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import type { ScrubPolicy } from "../../scrub/policy.ts";
import { type Json, chunkOf, chunkOfText, event, linesOf } from "../payload/support/chunk.ts";

/** Kinds of secrets: a text, and the part of it that must be found nowhere. */
const SECRETS: readonly (readonly [kind: string, core: string, text: string])[] = [
  ["JSON web token", "eyJzdWIiOiJTM0NSRVQifQ", "see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTM0NSRVQifQ.c2lnbmF0dXJl."],
  ["OAuth token", "0f1e2d3c4b5a", "oauth2v2_int_0f1e2d3c4b5a"],
  ["bearer token", "s3cr3tb34r3r", "Bearer s3cr3tb34r3r"],
  ["header of authorization", "s3cr3tb34r3r", "aUTHORIZATION: bEaReR s3cr3tb34r3r"],
  ["cookie header", "S3CR3TCOOKIE", "cookie: a=b; sid=S3CR3TCOOKIE"],
  ["cookie", "S3CR3TCOOKIE", "lang=en; XSRF-TOKEN=S3CR3TCOOKIE; 0a1b2c3dsb=S3CR3TCOOKIE"],
  ["header in code", "S3CR3TCSRF", "xhr.setRequestHeader('X-CSRF-Token', 'S3CR3TCSRF1');"],
  ["assignment in a script", "S3CR3TCSRF", "window.__csrf = 'S3CR3TCSRF', x = {xsrfToken: \"S3CR3TCSRF\"};"],
  ["JSON", "S3CR3TJSON", '{"a":{"csrfToken":"S3CR3TJSON"},"password":["S3CR3TJSON"]}'],
  [
    "JSON that is cut off",
    "S3CR3TJSON",
    '[{"name":"csrf","value":"S3CR3TJSON"},{"value":"S3CR3TJSON","name":"Cookie"},{"a',
  ],
  ["card", "4111111111111111", "card 4111111111111111"],
  ["card with spaces", "4111 1111 1111 1111", "card 4111 1111 1111 1111"],
  ["card with dashes", "5555 - 5555 - 5555 - 4444", "5555 - 5555 - 5555 - 4444"],
  ["e-mail address", "jane.roe@example", "write to jane.roe@example.com"],
  ["parameter", "S3CR3TPARAM", "https://www.upwork.com/x?a=1&securityToken=S3CR3TPARAM&userUid=S3CR3TPARAM"],
  ["password of an address", "S3CR3TPASS", "https://ann:S3CR3TPASS@localhost:8080/x"],
  ["id of a visitor", "203.0.113.7", "203.0.113.7.1700000000000000"],
  ["visitor", "203.0.113.7", "state = {visitor:{id:'x',ip:'203.0.113.7'}}"],
  ["hidden input in HTML", "S3CR3TINPUT", '<p><input value="S3CR3TINPUT" type=hidden name=a></p>'],
  ["password in HTML", "S3CR3TINPUT", "<INPUT type='password' value='S3CR3TINPUT'>"],
  ["meta element in HTML", "S3CR3TINPUT", '<meta content="S3CR3TINPUT" name="csrf-token"/>'],
];

/** What a user typed is masked unless it is to stay readable. */
const TYPED: readonly (readonly [kind: string, core: string, text: string])[] = [
  ["input in HTML", "My cover letter", '<form><input class=a value="My cover letter"></form>'],
  ["textarea in HTML", "My cover letter", "<textarea>\nMy cover letter</textarea>"],
  ["editable text in HTML", "My cover letter", "<div contenteditable><div>a</div><p>My cover letter</p></div> b"],
  ["chosen option in HTML", "My cover letter", "<select><option selected>My cover letter</select>"],
];

const entities = (text: string): string => [...text].map((char) => `&#${char.codePointAt(0)};`).join("");
const hexEntities = (text: string): string =>
  [...text].map((char) => (/[\w ]/.test(char) ? char : `&#x${char.codePointAt(0)?.toString(16)};`)).join("");

/** How a text may be spelt where whoever reads it undoes that. */
const SPELLINGS: readonly (readonly [name: string, spell: (text: string) => string])[] = [
  ["plain", (text) => text],
  ["percent-encoded", (text) => `https://example.com/${encodeURIComponent(text)}`],
  ["percent-encoded twice", (text) => encodeURIComponent(encodeURIComponent(text))],
  ["in entities", entities],
  ["with its signs in entities", hexEntities],
  ["as JSON in JSON", (text) => JSON.stringify(JSON.stringify(text))],
  ["in base64", (text) => `data:text/html;base64,${Buffer.from(text).toString("base64")}`],
  ["in data", (text) => `data:text/html,${encodeURIComponent(text)}`],
];

const node = (tagName: string, attributes: Json, childNodes: Json = []): Json => ({
  type: 2,
  tagName,
  attributes,
  childNodes,
  id: 5,
});
const textNode = (textContent: string): Json => ({ type: 3, textContent, id: 6 });
const snapshot = (...childNodes: Json[]): Json => event(2, { node: { type: 0, childNodes, id: 1 } });
const attribute =
  (tag: string, name: string) =>
  (text: string): Json =>
    snapshot(node(tag, { [name]: text }));
const mutation = (more: { [key: string]: Json }): Json =>
  event(3, { source: 0, texts: [], attributes: [], removes: [], adds: [], ...more });
const custom = (tag: string, payload: Json): Json => event(5, { tag, payload });

/** Every place in which rrweb's events, plugins or Gigtrail's own events carry text. */
const CARRIERS: Readonly<Record<string, (text: string) => Json>> = {
  "text of a page": (text) => snapshot(node("p", {}, [textNode(text)])),
  "text of a script": (text) => snapshot(node("script", {}, [textNode(text)])),
  "text of noscript": (text) => snapshot(node("noscript", {}, [textNode(text)])),
  comment: (text) => snapshot({ type: 5, textContent: text, id: 2 }),
  "text of a style": (text) => snapshot(node("style", {}, [{ type: 3, textContent: text, isStyle: true, id: 2 }])),
  _cssText: attribute("link", "_cssText"),
  srcdoc: attribute("iframe", "srcdoc"),
  rr_src: attribute("iframe", "rr_src"),
  rr_dataURL: attribute("canvas", "rr_dataURL"),
  src: attribute("img", "src"),
  href: attribute("a", "href"),
  "href of a resource": attribute("link", "href"),
  action: attribute("form", "action"),
  title: attribute("div", "title"),
  "data attribute": attribute("div", "data-props"),
  "event handler": attribute("button", "onclick"),
  "added text": (text) => mutation({ adds: [{ parentId: 1, nextId: null, node: textNode(text) }] }),
  "added element": (text) => mutation({ adds: [{ parentId: 1, nextId: null, node: node("a", { href: text }) }] }),
  "changed text": (text) => mutation({ texts: [1, 2, 3].map((id) => ({ id, value: text })) }),
  "changed attribute": (text) => mutation({ attributes: [{ id: 1, attributes: { "data-a": text, title: text } }] }),
  "changed style": (text) =>
    mutation({ attributes: [{ id: 1, attributes: { style: { background: [text, "important"], color: text } } }] }),
  "typed text": (text) => event(3, { source: 5, id: 9, text, isChecked: false }),
  "style rule": (text) => event(3, { source: 8, id: 1, adds: [{ rule: text, index: 0 }], replaceSync: text }),
  "style declaration": (text) => event(3, { source: 13, id: 1, set: { property: "background", value: text } }),
  "adopted style sheet": (text) =>
    event(3, { source: 15, id: 1, styles: [{ styleId: 1, rules: [{ rule: text, index: 0 }] }] }),
  "canvas command": (text) =>
    event(3, { source: 9, id: 1, type: 0, commands: [{ property: "fillText", args: [text, 1, 2] }] }),
  font: (text) => event(3, { source: 10, family: text, fontSource: `url(${text})`, buffer: false }),
  media: (text) => event(3, { source: 7, type: 0, id: 1, src: text }),
  "console plugin": (text) =>
    event(6, { plugin: "rrweb/console@1", payload: { level: "log", trace: [text], payload: [JSON.stringify(text)] } }),
  "network plugin": (text) =>
    event(6, {
      plugin: "rrweb/network@1",
      payload: { requests: [{ name: text, requestBody: text, responseBody: JSON.stringify({ note: text }) }] },
    }),
  "custom event": (text) => custom("note", { deep: [{ text }, text] }),
  "custom event's tag": (text) => event(5, { tag: text, payload: {} }),
  "gt.net": (text) =>
    custom("gt.net", { url: text, status: 200, json: JSON.stringify({ data: { description: text } }) }),
  "gt.state": (text) => custom("gt.state", { source: "SOURCE_NUXT2", json: JSON.stringify([text]) }),
  "gt.nav": (text) => custom("gt.nav", { url: text, title: text }),
  "gt.action": (text) => custom("gt.action", { kind: "KIND_CLICK", label: text }),
  Meta: (href) => event(4, { href, width: 1, height: 1 }),
  "page load": (text) => event(1, { text }),
  "unknown event": (text) => ({ type: 99, timestamp: 1, data: [text], more: { text } }),
  "name of a key": (text) => custom("x", { [text]: 1 }),
};

/** Everything that a stored text says, to whoever undoes any encoding in it. */
function* sayings(value: Json, layers = 4): Generator<string> {
  if (typeof value === "string") {
    yield value;
    if (layers > 0) for (const inner of undone(value)) if (inner !== value) yield* sayings(inner, layers - 1);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield* sayings(key, layers);
      yield* sayings(item, layers);
    }
  } else yield String(value);
}

function undone(text: string): Json[] {
  const base64 = /;base64,([\w+/=]+)/.exec(text)?.[1];
  return [
    text.replaceAll(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    text.replaceAll(/&#(x?)([0-9a-f]+);/gi, (_, x: string, code: string) =>
      String.fromCodePoint(Number.parseInt(code, x ? 16 : 10)),
    ),
    ...(base64 === undefined ? [] : [Buffer.from(base64, "base64").toString()]),
    ...parsed(text),
  ];
}

function parsed(text: string): Json[] {
  try {
    return [JSON.parse(text) as Json];
  } catch {
    return [];
  }
}

function expectGone(core: string, sent: Json, policy: ScrubPolicy): void {
  const decoded = decodeChunk(chunkOf([sent]), policy);
  const [line = ""] = linesOf(decoded);
  const left = [...sayings(JSON.parse(line) as Json)].filter((said) => said.includes(core));
  expect(left).toEqual([]);
  expect(decoded.maskedValues).toBeGreaterThan(0);
  const again = decodeChunk(chunkOfText(`[${line}]`), policy);
  expect([linesOf(again), again.maskedValues]).toEqual([[line], 0]);
}

const DEFAULT = { plainInputs: false, maskEmails: true };
const PLAIN = { plainInputs: true, maskEmails: false };

describe.each(Object.entries(CARRIERS))("in %s", (_, carry) => {
  for (const [kind, core, text] of [...SECRETS, ...TYPED]) {
    test(`a ${kind} is masked, however it is spelt`, () => {
      for (const [, spell] of SPELLINGS) expectGone(core, carry(spell(text)), DEFAULT);
    });
  }

  test("secrets are masked where typed text and addresses stay readable", () => {
    for (const [kind, core, text] of SECRETS) {
      if (kind === "e-mail address") continue;
      for (const [, spell] of SPELLINGS) expectGone(core, carry(spell(text)), PLAIN);
    }
  });

  test("text without a secret stays, and typed text and e-mail addresses where they may", () => {
    const plain = [
      "R&D at 100%, <b>5 &lt; 6</b>",
      "Proposals: 5 to 10",
      "no. 1950000000000000001, 25% of $30=x",
      "/jobs/~021950000000000000001/",
    ];
    for (const text of plain) {
      const sent = carry(text);
      expect(linesOf(decodeChunk(chunkOf([sent]), PLAIN))).toEqual([JSON.stringify(sent)]);
    }
    for (const text of [...TYPED.map((typed) => typed[2]), "write to jane.roe@example.com"]) {
      const sent = carry(text);
      expect(linesOf(decodeChunk(chunkOf([sent]), PLAIN))).toEqual([JSON.stringify(sent)]);
    }
  });
});
