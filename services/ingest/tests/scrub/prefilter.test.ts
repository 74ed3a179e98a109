import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { readHead } from "../../payload/event-head.ts";
import { KEY } from "../../payload/json/key-codes.ts";
import { JsonText } from "../../payload/json/json-text.ts";
import { JsonTape, SUSPECT_BIT, TOKEN } from "../../payload/json/tape.ts";
import { tokenize } from "../../payload/json/tokenize.ts";
import { maskAddress } from "../../scrub/address.ts";
import { DEFAULT_SCRUB_POLICY, type ScrubPolicy } from "../../scrub/policy.ts";
import { scrubEvent } from "../../scrub/scrub-event.ts";
import { scrubString } from "../../scrub/scrub-string.ts";
import { Splices } from "../../scrub/splices.ts";
import { type Json, chunkOfText, linesOf } from "../payload/support/chunk.ts";

// Pieces of texts: what secrets are made of, what stands around them, and what looks like them.
const NAMES = [
  "token csrf xsrf passw password passphrase pwd secret authorization cookie jwt cvv ssn iban api_key accessKey",
  "card-number userUid org_uid page_title return-url cf_clearance pxhd upw_ses sessionId visitor_id console_user",
  "recognized otp 1a2b3c4dsb cc-number one-time-code sortCode vnd-eo-trace nuxt_vt visitor ip value content name color",
  "visibility https",
].flatMap((names) => names.split(" "));
const SIGNS = "= : %3D %253d & ? # / \\ ' \" < > ( ) { } [ ] , ; . - _ + @ %40 %2540 \n \t é \u2011 \u00a0 😀".split(
  " ",
);
const SECRETS = [
  "me|@example.com|4111|111111111111|4111 1111 1111 1111|5555-5555-5555-4444|4111 / 1111 / 1111 / 1111|10.1.2.3",
  "10.1.2.3.1700000000000000|eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln|oauth2v2_ab12|Bearer |bEARER|a1b2c3d4e5f6",
  "https://|www.upwork.com|/jobs/|user:pw|&#64;|&commat;|&amp;|&lt;|\\u0040|\\x40|<input value=|<option selected>",
  "<textarea>|<meta name=|<div contenteditable>|data:text/html;base64,|data:;base64,|data:image/png;base64,",
  'data:image/svg+xml;base64,|bWVAZXhhbXBsZS5jb20=|{visitor:{|{"a":|["|%74oken|t%6fken|%7B|setItem(|true|12|3| |  ',
].flatMap((pieces) => pieces.split("|"));
// Whole ones, of which pieces at random make few.
const PATTERNS = [
  "visitor:{ip:10.1.2.3}|https://user:pw@host/|see ftp://user:pw@host|me&commat;example.com|&#116;oken=a",
  "setItem('api_token','a1b2c3d4e5f6g7h8')|<option selected>words|<textarea>words| [4111111111111111]",
  '{"token":"a"}|{"headers":{"x":"y"}}|[["Cookie","a=b"]]|"me@example.com"',
  JSON.stringify('{"headers":{"x":"y"}}'),
].flatMap((patterns) => patterns.split("|"));
// Letters of which some have a byte that is white space in another encoding, and of up to three bytes a unit.
const userinfo = fc.string({
  unit: fc.oneof(fc.constantFrom(..."àŠРª\u0085\u205f名😀\\:%"), fc.constantFrom("a", "3", "\u007f", "\b")),
  maxLength: 220,
});
const credentials = fc
  .tuple(fc.constantFrom("", "see ", "à "), userinfo, userinfo, fc.constantFrom("host/", "127.0.0.1", "名.jp/x"))
  .map(([before, user, password, host]) => `${before}amqp://${user}:${password}@${host}`);
const piece = fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom(...SIGNS), fc.constantFrom(...SECRETS));
const text = fc.oneof(
  { arbitrary: fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")), weight: 3 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom("", " ", "\n", "\r\t "), fc.constantFrom(...PATTERNS), fc.oneof(fc.constant(""), piece))
      .map((all) => all.join("")),
    weight: 1,
  },
);

/** JSON of the value as another encoder may write it: with `\/`, or with letters by number. */
function spelt(value: Json, way: number): string {
  const json = JSON.stringify(value);
  if (way === 1) return json.replaceAll("/", "\\/");
  return way === 2 ? json.replaceAll("o", "\\u006f").replaceAll("@", "\\u0040") : json;
}

function tokensOf(json: string): JsonText {
  const bytes = Buffer.from(json);
  const tape = new JsonTape();
  expect(tokenize(bytes, 0, tape, 0)).toBe(bytes.length);
  return new JsonText(bytes, tape);
}

describe("every text that would be masked is looked at, however it is spelt", () => {
  const keys = [KEY.OTHER, KEY.HREF, KEY.ADDRESS];
  const check = (value: string, way: number) => {
    const isMasked =
      scrubString(value, { policy: DEFAULT_SCRUB_POLICY, level: 0 }).text !== value ||
      keys.some((key) => maskAddress(value, key, true) !== value || maskAddress(value, key, false) !== value);
    return !isMasked || tokensOf(spelt(value, way)).tape.isSuspect(0);
  };

  test("pieces of secrets", () => {
    fc.assert(fc.property(text, fc.nat(2), check), { numRuns: 30_000 });
  });

  test("users and passwords in any letters", () => {
    fc.assert(fc.property(credentials, fc.nat(1), check), { numRuns: 5_000 });
  });
});

test.each([
  "postgres://app:s3cràt@localhost/db",
  "see https://jean:voilà2024!@example.com/x",
  "amqp://Šefik:hunter2@rabbit/",
  "amqp://Рита:hunter2@rabbit/",
  `https://${"名".repeat(70)}:hunter2@intranet/`,
  `https://${"名".repeat(200)}:${"名".repeat(400)}@intranet/`,
  `https://${"😀".repeat(100)}:${"😀".repeat(200)}@intranet/`,
])("%p is stored without its password", (value) => {
  for (const way of [0, 1, 2]) {
    const json = spelt({ type: 5, data: { tag: "x", payload: value }, timestamp: 1 }, way);
    const [line = ""] = linesOf(decodeChunk(chunkOfText(`[${json}]`)));
    expect(line).toContain("://*****@");
  }
});

describe("an event is scrubbed as if every value of it were looked at", () => {
  const keys = [
    "id name value content attributes tagName type childNodes textContent node adds texts checked selected",
    "contenteditable data-value headers visitor label token href src text x",
  ].flatMap((names) => names.split(" "));
  const key = fc.constantFrom(...keys);
  const leaf = fc.oneof(
    fc.constantFrom(
      "input",
      "textarea",
      "option",
      "SELECT",
      "a",
      "form",
      "div",
      "style",
      "password",
      "hidden",
      "text",
      "csrf-token",
    ),
    fc.constantFrom(
      "true",
      "false",
      "typed words",
      "https://www.upwork.com/nx/search/jobs/?q=a&userUid=12345",
      "10.1.2.3",
    ),
    fc.constantFrom<Json>(true, null, 1, 2, 4111111111111111),
    text,
  );
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map((members) => Object.fromEntries(members)),
    ),
  }));
  const id = fc.nat(3);
  const node = fc
    .tuple(id, leaf, fc.dictionary(key, leaf, { maxKeys: 3 }), fc.array(value, { maxLength: 2 }))
    .map(([at, tagName, attributes, childNodes]): Json => ({ type: 2, id: at, tagName, attributes, childNodes }));
  const mutation = fc
    .record(
      {
        source: fc.constantFrom(0, 5),
        texts: fc.array(fc.record({ id, value: leaf }), { maxLength: 3 }),
        attributes: fc.array(fc.record({ id, attributes: fc.dictionary(key, leaf, { maxKeys: 3 }) }), { maxLength: 2 }),
        removes: fc.array(fc.record({ id }), { maxLength: 1 }),
        adds: fc.array(
          fc.record({ parentId: id, node: fc.oneof(node, fc.record({ type: fc.constant(3), id, textContent: leaf })) }),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: ["source"] },
    )
    .map((data): Json => data);
  const change = fc
    .tuple(id, key, leaf)
    .map(([at, name, to]): Json => ({ source: 0, attributes: [{ id: at, attributes: { [name]: to } }] }));
  const input = fc.record({ source: fc.constant(5), id, text: leaf });
  const link = fc
    .tuple(fc.constantFrom("a", "AREA", "form", "img", "p"), fc.constantFrom("href", "src", "action", "x"), text)
    .map(([tagName, name, to]): Json => ({
      node: { tagName, attributes: { [name]: `https://example.org/?a=${to}` } },
    }));
  const data = fc.oneof(change, input, link, mutation, fc.record({ node }), value);

  /** The event's text as it would be stored if nothing were spared. */
  function scrubbed(json: string, policy: ScrubPolicy): string {
    const event = tokensOf(json);
    const { tape } = event;
    for (let at = 0; at < tape.length; at++) {
      if (tape.kind(at) !== TOKEN.ARRAY || tape.isStringPair(at)) tape.starts[at]! |= SUSPECT_BIT;
    }
    const head = readHead(event);
    if (typeof head === "string") throw new Error(head);
    const splices = new Splices();
    scrubEvent(event, head, { policy, level: 0, secretFields: policy.plainInputs ? new Set() : undefined }, splices);
    return splices.apply(event.bytes).toString();
  }

  test.each([true, false])("with typed text kept: %p", (plainInputs) => {
    const policy = { ...DEFAULT_SCRUB_POLICY, plainInputs };
    const check = (type: number, content: Json, way: number) => {
      const json = spelt({ type, data: content, timestamp: 1 }, way);
      expect(linesOf(decodeChunk(chunkOfText(`[${json}]`), policy))).toEqual([scrubbed(json, policy)]);
    };
    fc.assert(fc.property(fc.constantFrom(2, 3, 3, 5, 6), data, fc.nat(2), check), { numRuns: 4_000 });
  });
});
