import { describe, expect, test } from "bun:test";
import { jobRefOf } from "@gigtrail/upwork/job-ref";
import { pageKindOf } from "@gigtrail/upwork/page-kind";
import { MASK } from "../../scrub/mask.ts";
import { type Json, storedData } from "../payload/support/chunk.ts";
import { sharedFiles } from "../payload/support/shared-data.ts";

const SITE = "https://www.upwork.com";
const JOB = `${SITE}/jobs/A-b_~021950000000000000001/?source=rss#tab=2`;
const JOB_MASKED = `${SITE}/jobs/A-b_~021950000000000000001/?source=${MASK}#tab=${MASK}`;
const SEARCH = `${SITE}/nx/search/jobs/?q=a%20b&t=0,1&topic=x&page=2`;
const SEARCH_MASKED = `${SITE}/nx/search/jobs/?q=a%20b&t=0,1&topic=${MASK}&page=2`;
const OTHER = "https://example.com/a.css?family=Roboto:400&v=3";
const OTHER_MASKED = `https://example.com/a.css?family=${MASK}&v=${MASK}`;

const element = (tagName: string, attributes: Json): Json => ({
  node: { type: 2, tagName, attributes, childNodes: [], id: 1 },
});
const custom = (tag: string, url: string): Json => ({ tag, payload: { url } });

describe("of the page, of links and of forms, only listed parameters stay", () => {
  const places: [string, number, (url: string) => Json][] = [
    ["a Meta event", 4, (href) => ({ href, width: 1, height: 1 })],
    ["a navigation", 5, (url) => custom("gt.nav", url)],
    ["an answer", 5, (url) => custom("gt.net", url)],
    ["a link", 2, (href) => element("a", { rel: "nofollow", href })],
    ["an area", 2, (href) => element("AREA", { href })],
    ["a form", 2, (action) => element("form", { action })],
    ["an added link", 3, (href) => ({ source: 0, adds: [{ parentId: 1, ...(element("a", { href }) as object) }] })],
  ];
  test.each(places)("in %s", (_, type, place) => {
    expect(storedData(type, place(JOB))).toEqual(place(JOB_MASKED));
    expect(storedData(type, place(SEARCH))).toEqual(place(SEARCH_MASKED));
    expect(storedData(type, place(OTHER))).toEqual(place(OTHER_MASKED));
    expect(storedData(type, place("/nx/x?a=1"))).toEqual(place(`/nx/x?a=${MASK}`));
  });
});

describe("elsewhere that goes for Upwork's addresses alone", () => {
  const places: [string, number, (url: string) => Json][] = [
    ["a picture", 2, (src) => element("img", { src })],
    ["a style sheet", 2, (href) => element("link", { rel: "stylesheet", href })],
    ["a frame", 2, (rr_src) => element("iframe", { rr_src })],
    ["a changed attribute", 3, (href) => ({ source: 0, attributes: [{ id: 1, attributes: { href } }] })],
    ["a custom event", 5, (url) => custom("x", url)],
    ["a text", 2, (textContent) => ({ node: { type: 3, textContent, id: 1 } })],
    [
      "JSON in a string",
      5,
      (link) => ({ tag: "gt.net", payload: { url: "/api/graphql/v1", json: JSON.stringify({ link }) } }),
    ],
    ["a list", 6, (url) => ({ plugin: "network", payload: [url] })],
  ];
  test.each(places)("in %s", (_, type, place) => {
    expect(storedData(type, place(JOB))).toEqual(place(JOB_MASKED));
    expect(storedData(type, place(SEARCH))).toEqual(place(SEARCH_MASKED));
    expect(storedData(type, place(OTHER))).toEqual(place(OTHER));
  });

  test("and a sentence that begins with one stays", () => {
    const said = { node: { type: 3, textContent: `${JOB} is my link = great?`, id: 1 } };
    expect(storedData(2, said)).toEqual(said);
  });
});

const pages = sharedFiles("upwork/pages", ".html");

test.skipIf(pages.length === 0)(
  "links on Upwork's own pages lead to the same page and job (skipped where ../shared/upwork is absent)",
  () => {
    let changed = 0;
    for (const { text } of pages) {
      const links = [...text.matchAll(/href="([^"]+)"/g)].map((match) => (match[1] ?? "").replaceAll("&amp;", "&"));
      const kept = storedData(2, { links: links.map((href) => element("a", { href })) });
      const keptLinks = [...JSON.stringify(kept).matchAll(/"href":("(?:[^"\\]|\\.)*")/g)].map((match) =>
        String(JSON.parse(match[1] ?? '""')),
      );
      expect(keptLinks).toHaveLength(links.length);
      for (const [index, link] of links.entries()) {
        const now = keptLinks[index] ?? "";
        if (now !== link) changed += 1;
        if (link.includes("@")) continue;
        expect([link, pageKindOf(now)]).toEqual([link, pageKindOf(link)]);
        expect(jobRefOf(now)).toEqual(jobRefOf(link));
      }
    }
    expect(changed).toBeGreaterThan(0);
  },
);
