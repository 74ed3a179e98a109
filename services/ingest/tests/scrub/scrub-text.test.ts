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
    ['{\\"apiKey\\":\\"a\\\\\\"b\\",\\"n\\":1', `{\\"apiKey\\":\\"${MASK}\\",\\"n\\":1`],
    ['{"cookies":["a]","b"],"n":[1', `{"cookies":[${MASK}],"n":[1`],
    ['{"password":{"a":"b}', `{"password":{${MASK}`],
    [
      '[{"name":"csrf","value":"abc"},{"value":"de","name":"Cookie"},{"name":"q","value":"x"',
      `[{"name":"csrf","value":"${MASK}"},{"value":"${MASK}","name":"Cookie"},{"name":"q","value":"x"`,
    ],
    ["xhr.setRequestHeader('X-CSRF-Token', 'abc123')", `xhr.setRequestHeader('X-CSRF-Token', '${MASK}')`],
    ["https://ann:pw@localhost/x", `https://${MASK}@localhost/x`],
    ["0a1b2c3dsb=abc; visitor='1.2.3.4.1700000000000000'", `0a1b2c3dsb=${MASK}; visitor='${MASK}'`],
    ["visitor:{id:a,ip:'1.2.3.4'},server:'1.2.3.4'", `visitor:{id:a,ip:'${MASK}'},server:'1.2.3.4'`],
    ["vnd-eo-trace: abc\nx: y", `vnd-eo-trace: ${MASK}\nx: y`],
    ["bEARER abc123def", `bEARER ${MASK}`],
    ["<input value='a' type=password><b>x</b>", `<input value='${MASK}' type=password><b>x</b>`],
    ["<input value='' name=a>", "<input value='' name=a>"],
    ["<input type=submit value=Go>", "<input type=submit value=Go>"],
    ["a <textarea rows=2>b</textarea> c", `a <textarea rows=2>${MASK}</textarea> c`],
    ["<div contenteditable>a<div>b</div>c</div>d", `<div contenteditable>${MASK}</div>d`],
    ["<p contenteditable=false>a</p>", "<p contenteditable=false>a</p>"],
    ["<meta name=csrf-token content=abc>", `<meta name=csrf-token content=${MASK}>`],
    ["/x?a=me%2540example.com&b=1", `/x?a=${MASK}&b=1`],
    ["/x?a=4111%201111%201111%201111&b=1", `/x?a=${MASK}&b=1`],
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
  'names: ["password", "token", "email"]',
  "version 1.2.3.4, build 10.0.0.1",
  "<p>5 &lt; 6 &amp; 7</p> <option value=''>",
  "width:calc(100% - 20px);content:'\\e900'",
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3C/svg%3E",
  "data:text/plain;base64,aGVsbG8gd29ybGQ=",
  "***",
])("%j holds no secret", (text) => {
  expect(scrub(text)).toBe(text);
});

test("a secret that only shows when an encoding in the text is undone costs the whole text", () => {
  expect(scrub("x me&#64;example.com")).toBe(MASK);
  expect(scrub("4111&nbsp;1111&nbsp;1111&nbsp;1111")).toBe(MASK);
  expect(scrub("&lt;input type=&quot;password&quot; value=&quot;x&quot;&gt;")).toBe(MASK);
  expect(scrub("x me\\u0040example.com")).toBe(MASK);
  expect(scrub("caf\\u00e9 \\u0041")).toBe("caf\\u00e9 \\u0041");
});

test("addresses stay where the policy keeps them, secrets do not", () => {
  const policy = { ...DEFAULT_SCRUB_POLICY, maskEmails: false };
  expect(scrubText(`me@example.com ${JWT}`, policy)).toBe(`me@example.com ${MASK}`);
});

const PIECES = [
  JWT,
  "<input value=",
  "<div contenteditable>",
  "</div>",
  "<textarea>",
  "<option selected>",
  ">",
  "type=hidden",
  "&#64;",
  "&amp;",
  "%",
  "%25",
  "40",
  '"name":"csrf"',
  '"value":"x1"',
  ",",
  "'token', '",
  "://",
  "visitor:{",
  "1.2.3.4",
  ".1700000000000000",
  "data:text/html;base64,",
  "bWVAZXhhbXBsZS5jb20=",
  '"password":[',
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
