import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { MASK } from "../../scrub/mask.ts";
import { DEFAULT_SCRUB_POLICY } from "../../scrub/policy.ts";
import { scrubText } from "../../scrub/scrub-text.ts";

const scrub = (text: string): string => scrubText(text, DEFAULT_SCRUB_POLICY);
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123";

describe("a secret in a text is masked, and the rest stays", () => {
  test.each([
    [`x ${JWT} y`, `x ${MASK} y`],
    ["eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", MASK],
    ["oauth2v2_int_0123abcd!", `${MASK}!`],
    ["Bearer abc123def", `Bearer ${MASK}`],
    ["curl -H 'Authorization: Basic dXNlcjpwYXNz' x", `curl -H 'Authorization: ${MASK}`],
    ["Cookie: a=b; c=d\r\nHost: x", `Cookie: ${MASK}\r\nHost: x`],
    ["Set-Cookie: sid=1; Path=/", `Set-Cookie: ${MASK}`],
    ["visitor_id=1.2.3.4; XSRF-TOKEN=abc; lang=en", `visitor_id=${MASK}; XSRF-TOKEN=${MASK}; lang=en`],
    ["user[password]=hunter2&x=1", `user[password]=${MASK}&x=1`],
    ["my password: hunter2 ok", `my password: ${MASK} ok`],
    ["{csrfToken:'a\\'b', x:1}", `{csrfToken:'${MASK}', x:1}`],
    ['{"cvv":123,"n":5', `{"cvv":${MASK},"n":5`],
    ['{"jwtToken":"abc', `{"jwtToken":"${MASK}`],
    ['{\\"apiKey\\":\\"abc\\",\\"n\\":1', `{\\"apiKey\\":\\"${MASK}\\",\\"n\\":1`],
  ])("%j", (text, masked) => {
    expect(scrub(text)).toBe(masked);
  });

  test.each([
    "/ab/feed/jobs/rss?q=x&securityToken=S3CRET&userUid=S3CRET&orgUid=S3CRET&sort=recency",
    "https://www.upwork.com/x?__cf_chl_tk=S3CRET.9-1&__cf_chl_rt_tk=S3CRET&sort=recency",
    "/login?returnUrl=S3CRET&sort=recency#companyReference=S3CRET",
    "/go?to=%2Ffeed%3FsecurityToken%3DS3CRET%26userUid%3DS3CRET%26q%3Dx",
    "/go?to=%252Ffeed%253FsecurityToken%253DS3CRET%2526q%253Dx",
    "?pageTitle=S3CRET&amp;_modalInfo=S3CRET&amp;access_token=S3CRET",
  ])("parameters of %s", (url) => {
    expect(scrub(url)).toBe(url.replaceAll(/S3CRET(?:\.9-1)?/g, MASK));
  });
});

test.each([
  "Looking for a React developer, $25-$40/hr, 3 to 6 months",
  "https://www.upwork.com/nx/search/jobs/?q=token%20csrf&per_page=50&sort=recency&t=0,1",
  "We need token based login: password reset, cookies and secrets",
  "tokenType=Bearer; passwordRequired=true",
  '{"csrfTokenCookieName":"XSRF-TOKEN",',
  ".air3-token:hover{--token-bg:var(--bg);color:red}",
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQ=",
  "eyJ is how a token starts. eyJhbGciOiJIUzI1NiJ9 alone is none",
  "bearer of good news",
  "***",
])("%j holds no secret", (text) => {
  expect(scrub(text)).toBe(text);
});

test("a secret that only shows when escapes in the text are undone costs the whole text", () => {
  expect(scrub("x me\\u0040example.com")).toBe(MASK);
  expect(scrub("caf\\u00e9 \\u0041")).toBe("caf\\u00e9 \\u0041");
});

test("addresses stay where the policy keeps them, secrets do not", () => {
  const policy = { ...DEFAULT_SCRUB_POLICY, maskEmails: false };
  expect(scrubText(`me@example.com ${JWT}`, policy)).toBe(`me@example.com ${MASK}`);
});

const PIECES = [
  JWT,
  "eyJ",
  "a.b",
  "token=",
  "password: ",
  "Cookie: ",
  "csrf",
  '"',
  "'",
  "\\",
  ";",
  "&",
  "%3D",
  "%26",
  "=",
  ":",
  " ",
  "\n",
  "x@y.co",
  "@",
  ".co",
  "4111 1111 1111 1111",
  "4111",
  "-",
  "Bearer ",
  "oauth2v2_",
  MASK,
  "*",
  "1",
  "abc",
  "{",
  "}",
  "[",
  "]",
  ",",
  "\\u0040",
];

test("masking what is masked changes nothing", () => {
  const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join(""));
  const check = (text: string) => {
    const once = scrub(text);
    expect(scrub(once)).toBe(once);
  };
  fc.assert(fc.property(texts, check), { numRuns: 10_000 });
});
