import { expect, test } from "bun:test";
import { REASONS } from "@gigtrail/platform/reasons";
import { docsPage } from "../../openapi/docs-page.ts";
import { markup } from "../../openapi/markup.ts";
import type { OpenApiDocument } from "../../openapi/model.ts";
import { prose } from "../../openapi/prose.ts";
import { API, DOCUMENT, OPERATIONS } from "./api.ts";

const PAGE = docsPage(DOCUMENT);
const EVIL = `"'><script>alert(1)</script><img src=x onerror=alert(1)>\`<b>\`[x](https://x"onclick=y) &`;

/** What a browser makes of a page: every element with its attributes. */
async function elements(page: string): Promise<{ tag: string; attributes: Map<string, string> }[]> {
  const found: { tag: string; attributes: Map<string, string> }[] = [];
  const reader = new HTMLRewriter().on("*", {
    element({ tagName, attributes }) {
      found.push({
        tag: tagName,
        attributes: new Map([...attributes].map(([name, value]) => [name ?? "", value ?? ""])),
      });
    },
  });
  await reader.transform(new Response(page)).text();
  return found;
}

test("every call has its place, under its name", async () => {
  const ids = (await elements(PAGE)).map(({ attributes }) => attributes.get("id"));
  for (const { operation, httpMethod, path } of OPERATIONS) {
    const twin = httpMethod === "GET" && DOCUMENT.paths[path]?.post !== undefined;
    if (!twin) expect(ids).toContain(operation.operationId);
    expect(PAGE).toContain(operation["x-gigtrail-access"].replaceAll("'", "&#39;"));
  }
});

test("every reason is on the page, and so is every title and version", () => {
  for (const reason of Object.keys(REASONS)) expect(PAGE).toContain(`<code>${reason}</code>`);
  expect(PAGE).toContain(API.title);
  expect(PAGE).toContain(API.version);
});

test("ids are unique and every link within the page leads somewhere", async () => {
  const found = await elements(PAGE);
  const ids = found.flatMap(({ attributes }) => attributes.get("id") ?? []);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  const anchors = found
    .flatMap(({ attributes }) => attributes.get("href") ?? [])
    .filter((href) => href.startsWith("#"));
  expect(anchors.length).toBeGreaterThan(100);
  expect(anchors.filter((href) => !ids.includes(href.slice(1)))).toEqual([]);
});

test("the page stands alone: no scripts, no style attributes, nothing loaded", async () => {
  for (const { tag, attributes } of await elements(PAGE)) {
    expect(["script", "link", "img", "iframe", "form", "object"]).not.toContain(tag);
    expect(
      [...attributes.keys()].filter((name) => name === "style" || name === "src" || name.startsWith("on")),
    ).toEqual([]);
  }
  expect(PAGE).not.toMatch(/@import|url\(/);
});

test("the page has its landmarks, one first heading, and no heading skips a level", async () => {
  const tags = (await elements(PAGE)).map(({ tag }) => tag);
  for (const landmark of ["header", "nav", "main", "h1"])
    expect(tags.filter((tag) => tag === landmark)).toHaveLength(1);
  const levels = tags.filter((tag) => /^h[1-6]$/.test(tag)).map((tag) => Number(tag[1]));
  expect(levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1)).toEqual([]);
  expect(PAGE).toContain('<html lang="en">');
});

test("whatever stands in the document is shown as text", async () => {
  const evil: OpenApiDocument = JSON.parse(JSON.stringify(DOCUMENT), (key, value: unknown) =>
    typeof value === "string" && !["$ref", "in"].includes(key) ? `${value}${EVIL}` : value,
  );
  const renamed = {
    ...evil,
    paths: Object.fromEntries(Object.entries(evil.paths).map(([path, item]) => [path + EVIL, item])),
  };
  const page = docsPage(renamed);
  expect(page).not.toContain("<script");
  expect(page).not.toContain("<img");
  const names = new Set((await elements(page)).flatMap(({ attributes }) => [...attributes.keys()]));
  expect([...names].toSorted()).toEqual(
    ["aria-label", "charset", "class", "content", "href", "id", "lang", "name", "role", "tabindex"].toSorted(),
  );
});

test("templates escape text, in attributes too, and leave markup alone", () => {
  expect(markup`<a title="${`"&'`}">${"<b>"}${markup`<i>${1}</i>`}${undefined}</a>`.text).toBe(
    '<a title="&quot;&amp;&#39;">&lt;b&gt;<i>1</i></a>',
  );
});

test("prose knows paragraphs, lists, headings, code and links, and nothing else", () => {
  const text = "One `a<b`.\n\n## A title\n\n- first\n- [second](https://example.com/?a=1&b=2)\n\n```\n<pre>\n```\n";
  expect(prose(text).text).toBe(
    "<p>One <code>a&lt;b</code>.</p>\n" +
      '<h3 id="about-a-title">A title</h3>\n' +
      '<ul><li>first</li><li><a href="https://example.com/?a=1&amp;b=2">second</a></li></ul>\n' +
      '<pre tabindex="0" role="region" aria-label="Example"><code>&lt;pre&gt;</code></pre>',
  );
  expect(prose("[x](javascript:alert(1))").text).not.toContain("<a");
});
