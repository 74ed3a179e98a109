import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { jobRefOf } from "../job-ref.ts";
import { maskParams } from "../mask-params.ts";
import { pageKindOf } from "../page-kind.ts";
import { PAGE_KINDS } from "../page-kinds.ts";
import { safeUrl } from "../safe-url.ts";

const SITE = "https://www.upwork.com";
const mask = (url: string): string => maskParams(url, "*****");

describe("values of parameters", () => {
  test.each([
    ["that the page's kind lists stay", "/nx/search/jobs/?nbs=1&q=react%20native&page=2", undefined],
    [
      "that it does not list are masked",
      "/nx/search/jobs/?q=a&referrer_url_path=x#y",
      "?q=a&referrer_url_path=*****#y",
    ],
    ["of another kind are not listed here", "/jobs/~021950000000000000001/?q=a", "?q=*****"],
    [
      "of a person or a grant are masked",
      "/ab/messages/rooms/room_0a?pageTitle=Ann%20B&companyReference=d1",
      "?pageTitle=*****&companyReference=*****",
    ],
    ["whose names are encoded are known", "/nx/search/jobs/?%71=a&%71x=b", "?%71=a&%71x=*****"],
    ["that are empty stay, and what is none", "/x?a=&b&c=1&&=&=2", "?a=&b&c=*****&&=&=*****"],
    ["with signs of their own go whole", "/x?a=b=c?d=e", "?a=*****"],
    ["in the fragment go", "/nx/search/jobs/?q=a#access_token=b&x", "?q=a#access_token=*****&x"],
    ["in a route within the fragment go", "/x#/y?z=1&t=2", "#/y?z=*****&t=*****"],
  ])("%s", (_, path, ending) => {
    const bare = path.replace(/[?#].*$/, "");
    for (const start of [SITE, "", "//www.upwork.com", "view-source:https://WWW.UPWORK.COM.", "upwork.com"]) {
      expect(mask(start + path)).toBe(start + (ending === undefined ? path : bare + ending));
    }
  });

  test("of other sites, and of what is no address, go", () => {
    expect(mask("https://example.com/a?q=1&b=2")).toBe("https://example.com/a?q=*****&b=*****");
    expect(mask("mailto:a@b.co?subject=x&body=y")).toBe("mailto:a@b.co?subject=*****&body=*****");
    expect(mask("?q=1")).toBe("?q=*****");
    expect(mask("https://[?q=1")).toBe("https://[?q=*****");
  });

  test.each(["", "#", "?", "/a?b", "/a#b", "plain text", "/a=b", "a=b?c"])("%j has none", (url) => {
    expect(mask(url)).toBe(url);
  });
});

/** Addresses with what may stand in a query or a fragment. */
const addresses = fc
  .tuple(
    fc.constantFrom(SITE, "", "https://support.upwork.com", "https://example.com", "http:\\\\upwork.com", "x"),
    fc.constantFrom(
      "/nx/search/jobs/",
      "/jobs/A-b_~021950000000000000001/",
      "/nx/find-work/best-matches/details/~01db052d993fcb9849",
      "/ab/account-security/login",
      "/",
    ),
    fc.array(
      fc.oneof(
        fc.constantFrom("?", "#", "&", "=", "%", "%26", "%3D", "+", ";", "\t", "~", "q", "page", "token", "alias"),
        fc.string({ unit: "binary", maxLength: 4 }),
      ),
      { maxLength: 12 },
    ),
  )
  .map(([start, path, rest]) => start + path + rest.join(""));

test("the page's kind, its job and its safe address are the same as before, and so is a second time", () => {
  const check = (url: string) => {
    const masked = mask(url);
    expect(mask(masked)).toBe(masked);
    expect(pageKindOf(masked)).toBe(pageKindOf(url));
    expect(jobRefOf(masked)).toEqual(jobRefOf(url));
    expect(safeUrl(masked)).toBe(safeUrl(url));
  };
  fc.assert(fc.property(addresses, check), { numRuns: 3_000 });
});

test("no value stays but of a parameter that the table lists", () => {
  const listed = new Set<string>(PAGE_KINDS.flatMap((row) => [...row.params]));
  const params = fc.array(
    fc.tuple(fc.oneof(fc.constantFrom(...listed), fc.string({ minLength: 1 })), fc.string({ minLength: 1 })),
  );
  const check = (pairs: [string, string][], path: string) => {
    const masked = new URL(mask(`${SITE}${path}?${new URLSearchParams(pairs).toString()}`));
    for (const [name, value] of masked.searchParams) if (value !== "*****") expect(listed.has(name)).toBe(true);
  };
  fc.assert(fc.property(params, fc.constantFrom("/nx/search/jobs/", "/api/graphql/v1", "/nx/proposals/"), check));
});

const PAGES = join(import.meta.dir, "../../../../shared/upwork");

test.skipIf(!existsSync(PAGES))(
  "addresses on Upwork's own pages mean the same (skipped where ../shared/upwork is absent)",
  () => {
    const texts = readdirSync(PAGES, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:html|json|tsv|csv)$/.test(name))
      .map((name) => readFileSync(join(PAGES, name), "utf8").replaceAll("&amp;", "&"));
    const found = new Set(
      texts.flatMap((text) => text.match(/(?:https?:\/\/[\w.]*upwork\.com|(?<=["'`])\/[a-z])[^\s"'<>`\\]*/gi) ?? []),
    );
    expect(found.size).toBeGreaterThan(100);
    for (const url of found) {
      const masked = mask(url);
      expect([url, pageKindOf(masked)]).toEqual([url, pageKindOf(url)]);
      expect(jobRefOf(masked)).toEqual(jobRefOf(url));
      expect(safeUrl(masked)).toBe(safeUrl(url));
    }
  },
);
