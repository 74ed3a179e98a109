import { describe, expect, test } from "bun:test";
import { decodeChunk } from "../../payload/decode-chunk.ts";
import { SECRET_WORDS } from "../../scrub/assignments.ts";
import { MASK } from "../../scrub/mask.ts";
import { isSecretName } from "../../scrub/secret-names.ts";
import { type Json, chunkOfText, linesOf, storedData } from "../payload/support/chunk.ts";

const custom = (payload: Json): Json => ({ tag: "x", payload });

test.each([
  "password",
  "newPassword",
  "passwd",
  "pin",
  "user_password",
  "csrf",
  "_csrf",
  "csrf-token",
  "X-Odesk-Csrf-Token",
  "XSRF-TOKEN",
  "xsrfToken",
  "Authorization",
  "proxy-authorization",
  "Cookie",
  "cookies",
  "Set-Cookie",
  "token",
  "access_token",
  "jwtToken",
  "authSubordinateToken",
  "securityToken",
  "oauth2_global_js_token",
  "vjd_gql_token",
  "apiKey",
  "client_secret",
  "cvv",
  "cardNumber",
  "__cf_bm",
  "cf_clearance",
  "creditCard",
  "card-expiry",
  "security_code",
  "oneTimeCode",
  "current-password",
  "cc-number",
  "billing cc-exp-month",
  "section-a cc-name",
  "Enter your password",
  "Card number",
  "vnd-eo-trace-id",
  "X-Upwork-API-TenantId",
  "auth-store-data",
])("%s names a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
  if (!name.includes(" ")) expect(name).toMatch(new RegExp(SECRET_WORDS, "i"));
});

test.each([
  "class",
  "tokens",
  "token-list",
  "nextPageToken",
  "csrfTokenCookieName",
  "passwordRequired",
  "tokenType",
  "--air3-token",
  "secretary",
  "author",
  "authorName",
  "id",
  "uid",
  "userUid",
  "key",
  "value",
  "cookieBanner",
  "",
  "x".repeat(10_000),
])("%p names none", (name) => {
  expect(isSecretName(name)).toBe(false);
});

describe("by a name beside it or above it", () => {
  test("everything under a secret key is masked, but for true, false and null", () => {
    const kept = storedData(
      5,
      custom({ sent: { "Set-Cookie": ["a", { b: 1 }], "X-Xsrf-Token": "x", age: 3 }, password: null }),
    );
    expect(kept).toEqual(
      custom({ sent: { "Set-Cookie": [MASK, { b: MASK }], "X-Xsrf-Token": MASK, age: 3 }, password: null }),
    );
  });

  test("all headers are masked, whatever their names, and the headers of a table's cell are not", () => {
    for (const name of ["headers", "requestHeaders", "responseHeaders", "request_headers", "response_headers"]) {
      expect(storedData(6, { [name]: { "x-vendor": "a", n: 3 } })).toEqual({ [name]: { "x-vendor": MASK, n: MASK } });
      expect(storedData(6, { [name]: [["x-vendor", "a"]] })).toEqual({ [name]: [[MASK, MASK]] });
    }
    expect(storedData(2, { attributes: { headers: "price rate" } })).toEqual({ attributes: { headers: "price rate" } });
  });

  test.each<[string, Json, Json]>([
    ["a header", { name: "Cookie", value: "abc" }, { name: "Cookie", value: MASK }],
    ["a listed header", ["X-CSRF-Token", "abc"], ["X-CSRF-Token", MASK]],
    ["a meta element", { content: "abc", name: "csrf-token" }, { content: MASK, name: "csrf-token" }],
    ["an input", { type: "radio", id: "auth_token", value: "abc" }, { type: "radio", id: "auth_token", value: MASK }],
    ["something else", { name: "viewport", content: "width=1" }, { name: "viewport", content: "width=1" }],
    ["two words", ["skills", "tokens"], ["skills", "tokens"]],
  ])("%s", (_, sent, kept) => {
    expect(storedData(5, custom({ inner: sent }))).toEqual(custom({ inner: kept }));
  });

  test("each of equal keys, and keys spelt with escapes", () => {
    const text =
      '{"type":5,"timestamp":1,"data":{"p\\u0061ssword":"S3CRET","password":"S3CRET","a":{"password":["S3CRET"]}}}';
    const decoded = decodeChunk(chunkOfText(`[${text}]`));
    expect(linesOf(decoded)[0]).not.toContain("S3CRET");
    expect(decoded.maskedValues).toBe(3);
  });
});

describe("the visitor of a page's state", () => {
  test("loses its IPv4 addresses, in objects and in strings, and nothing else does", () => {
    const visitor = (id: string, ip: string): Json => ({
      visitor: { id, ip, isNew: true, agent: "x" },
      version: "1.2.3.4",
    });
    const sent = visitor("203.0.113.7.1700000000000000", "203.0.113.7");
    const kept = visitor(MASK, MASK);
    expect(storedData(5, custom(sent))).toEqual(custom(kept));
    expect(storedData(5, custom({ json: JSON.stringify(sent) }))).toEqual(custom({ json: JSON.stringify(kept) }));
  });
});

test("a secret that is a key is masked", () => {
  expect(storedData(5, custom({ "me@example.com": 1 }))).toEqual(custom({ [MASK]: 1 }));
});

test("a card that is a number is masked, a time and an id are not", () => {
  const sent = { card: 4111111111111111, id: 1950000000000000, at: 1795348168818, x: 0.4111111111111111 };
  expect(storedData(5, custom(sent))).toEqual(custom({ ...sent, card: MASK }));
});
