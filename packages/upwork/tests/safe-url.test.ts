import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { pathPatternOf } from "../path-pattern.ts";
import { PAGE_KINDS } from "../page-kinds.ts";
import { MAX_SAFE_URL_CHARS, safeUrl } from "../safe-url.ts";

const SITE = "https://www.upwork.com";

describe("safeUrl", () => {
  test.each([
    ["/nx/search/jobs/?nbs=1&q=react%20native&from_recent_search=true#x", "/nx/search/jobs?q=react+native&nbs=1"],
    ["/nx/search/jobs?t=0,1&q=a&securityToken=abc&userUid=1", "/nx/search/jobs?q=a&t=0%2C1"],
    ["/nx/search/jobs//", "/nx/search/jobs"],
    ["/jobs/A-b_%7E021950000000000000001/?referrer_url_path=/x", "/jobs/A-b_~021950000000000000001"],
    [
      "/nx/search/jobs/details/~021950000000000000001?pageTitle=Job%20Details&_modalInfo=[1]",
      "/nx/search/jobs/details/~021950000000000000001",
    ],
    ["/ab/messages/rooms/room_0a1b?pageTitle=Ann%20B&companyReference=d1", "/ab/messages/rooms/room_0a1b"],
    ["/ab/account-security/reset-password/k3y5ecret2026?returnUrl=x", "/ab/account-security/reset-password/:id"],
    ["/fl/jane-doe", "/fl/:id"],
    ["/nx/new/ann@example.com", "/nx/new/:id"],
    ["/ab/find-work;jsessionid=1/domestic", "/ab/find-work/domestic"],
    ["/api/graphql/v1?alias=userJobSearch&x=1", "/api/graphql/v1?alias=userJobSearch"],
    ["/fl/\u0000/ab%2Faccount-security%2F12345?", "/fl/:id/:id"],
    ["", "/"],
  ])("cuts %s", (path, safe) => {
    expect(safeUrl(SITE + path)).toBe(SITE + safe);
  });

  test.each([
    ["https://ann:secret@example.com/a?b=c#d", "https://example.com/a"],
    ["https://demoit.app/e/react#ReactHooks.js", "https://demoit.app/e/react"],
    ["http://localhost:8080", "http://localhost:8080/"],
    ["about:blank", "about:blank"],
    ["file:///letters/ann.html", "file:"],
    ["data:text/html,secret", "data:"],
    ["not an address", ""],
    ["", ""],
  ])("cuts %s", (url, safe) => {
    expect(safeUrl(url)).toBe(safe);
  });

  test("changes nothing the second time", () => {
    fc.assert(
      fc.property(anyAddress(), (url) => {
        const once = safeUrl(url);
        expect(safeUrl(once)).toBe(once);
        expect(once.length).toBeLessThanOrEqual(MAX_SAFE_URL_CHARS);
      }),
      { numRuns: 1_000 },
    );
  });

  test("lets no parameter through that the table does not list", () => {
    const listed = new Set<string>(PAGE_KINDS.flatMap((row) => [...row.params]));
    fc.assert(
      fc.property(anyAddress(), (url) => {
        const [, query = ""] = safeUrl(url).split("?");
        expect([...new URLSearchParams(query).keys()].filter((name) => !listed.has(name))).toEqual([]);
      }),
    );
  });

  test("stays within its limit, whatever is long", () => {
    const long = "ж".repeat(20_000);
    expect(safeUrl(`${SITE}/nx/search/jobs/?q=${long}&sort=recency`)).toEndWith("&sort=recency");
    expect(safeUrl(`${SITE}/nx/new/${long}`)).toBe(`${SITE}/nx/new`);
  });
});

describe("pathPatternOf", () => {
  test.each([
    ["/nx/new-thing/12", "/nx/new-thing/:id"],
    ["/nx/new-thing/~021950000000000000001/apply", "/nx/new-thing/:id/apply"],
    ["/nx/x/2f1e9b0c-5d1b-4c5e-9e7e-0a1b2c3d4e5f", "/nx/x/:id"],
    ["/nx/s/find-work", "/nx/s/find-work"],
    ["/legal/privacy-v2", "/legal/privacy-v2"],
    ["/nx/x/ann@example.com", "/nx/x/:id"],
    ["/", ""],
  ])("reads %s", (path, pattern) => {
    expect(pathPatternOf(SITE + path)).toBe(pattern);
  });

  test("never throws", () => {
    fc.assert(fc.property(anyAddress(), (url) => pathPatternOf(url).length <= 300));
  });
});

/** Addresses of Upwork with odd paths and queries, addresses of anywhere, and texts that are none. */
function anyAddress(): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.constantFrom("ab", "nx", "search", "jobs", "fl", "..", ".", "", "~021950000000000000001", "%7E", "%ff", "%2561"),
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.constantFrom("account-security", "login", "ab%2Faccount-security%2F12345", "a@b", "x;y=1", "%", "%25", "\ud800"),
  );
  const query = fc.array(fc.tuple(fc.constantFrom("q", "page", "token", "alias", "step", "t"), fc.string()));
  const upwork = fc
    .tuple(fc.constantFrom("/", "/nx/", "/nx/search/jobs/", "/jobs/"), fc.array(part, { maxLength: 6 }), query)
    .map(([start, parts, pairs]) => `${SITE}${start}${parts.join("/")}?${new URLSearchParams(pairs).toString()}`);
  return fc.oneof(upwork, fc.webUrl({ withQueryParameters: true }), fc.string({ unit: "binary" }));
}
