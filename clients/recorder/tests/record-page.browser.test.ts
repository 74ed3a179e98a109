import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { launchChromium } from "../chromium/launch-chromium.ts";
import { recordHtml, recordPage } from "../chromium/record-page.ts";
import type { RrwebEvent } from "../dom/rrweb-event.ts";
import { BROWSER_TEST_MS, payloadsOf, RUNS_BROWSER } from "./test-browser.ts";

const LIST = "https://www.upwork.com/nx/search/jobs/";

// Pages saved from the real site are not part of the project: they are tested where they lie beside it.
const SAVED_PAGES = fileURLToPath(new URL("../../../../shared/upwork/pages/", import.meta.url));
const HAS_PAGES = existsSync(join(SAVED_PAGES, "urls.tsv"));

interface SavedPage {
  file: string;
  url: string;
  record: boolean;
}

const savedPages: SavedPage[] = HAS_PAGES
  ? (await Bun.file(join(SAVED_PAGES, "urls.tsv")).text())
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split("\t"))
      .map(([file = "", url = "", , record]) => ({ file: join(SAVED_PAGES, file), url, record: record === "yes" }))
  : [];

const isRecorded = (events: readonly RrwebEvent[]) =>
  events[0]?.type === 4 && events[1]?.type === 2 && payloadsOf(events, "gt.nav").length === 1;

test("a page that is never recorded is refused before a browser starts", async () => {
  const url = "https://www.upwork.com/ab/account-security/login";
  const refused = recordPage({ file: "/does/not/exist.html", url, chromium: "/does/not/exist" });
  await expect(refused).rejects.toMatchObject({ reason: "page_never_recorded" });
});

describe.skipIf(!RUNS_BROWSER)(`a saved page${RUNS_BROWSER ? "" : " (skipped: no Chromium; set CHROMIUM)"}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, BROWSER_TEST_MS);
  afterAll(async () => await browser.close());

  test(
    "is recorded with its state, and none of its scripts runs or reaches out",
    async () => {
      const html = `<!doctype html><title>Jobs</title><body onload="document.title='ran'"><h1>Reef map</h1>
      <script>document.body.append("a script ran")</script><script src="https://cdn.example/x.js"></script>
      <script>window.__NUXT__=(function(a){document.title="ran";return {state:{jobsSearch:{jobs:[{uid:a}],apiToken:"t"},user:{id:9}}}}("1950000000000000001"));</script></body>`;
      const events = await recordHtml(browser, html, `${LIST}?q=reef`);
      expect(isRecorded(events)).toBe(true);
      expect(payloadsOf(events, "gt.nav")[0]).toMatchObject({ cause: "CAUSE_LOAD", title: "Jobs" });
      expect(payloadsOf(events, "gt.visibility")).toEqual([{ visible: true }]);
      expect(payloadsOf(events, "gt.state")).toEqual([
        { source: "SOURCE_NUXT2", json: '{"jobsSearch":{"jobs":[{"uid":"1950000000000000001"}]}}' },
      ]);
      const text = JSON.stringify(events);
      expect(text).toContain("Reef map");
      expect(text).not.toContain("a script ran");
    },
    BROWSER_TEST_MS,
  );

  test(
    "whose state cannot be evaluated is recorded without it",
    async () => {
      const html = "<body>Hi<script>window.__NUXT__=(function(){throw new Error('no')}());</script></body>";
      const events = await recordHtml(browser, html, LIST);
      expect(isRecorded(events)).toBe(true);
      expect(payloadsOf(events, "gt.state")).toEqual([]);
    },
    BROWSER_TEST_MS,
  );

  test(
    "can be said to have been seen at another time",
    async () => {
      const file = join(process.env["TMPDIR"] ?? "/tmp", `gigtrail-saved-${process.pid}.html`);
      await Bun.write(file, "<h1>Old</h1>");
      const seenAt = new Date("2024-10-31T12:00:00Z");
      const events = await recordPage({ file, url: LIST, seenAt });
      await Bun.file(file).delete();
      expect(events[0]?.timestamp).toBe(seenAt.getTime());
    },
    BROWSER_TEST_MS,
  );

  const pagesTitle = HAS_PAGES ? "each page saved from the site" : "each page saved from the site (skipped: not here)";
  test.skipIf(!HAS_PAGES)(
    `${pagesTitle} is recorded, or refused where it must be`,
    async () => {
      for (const { file, url, record } of savedPages) {
        if (record) {
          const events = await recordHtml(browser, await Bun.file(file).text(), url);
          expect([file, isRecorded(events)]).toEqual([file, true]);
        } else {
          await expect(recordPage({ file, url })).rejects.toMatchObject({ reason: "page_never_recorded" });
        }
      }
      const search = savedPages.find(({ file }) => file.includes("2024-10_loggedin"));
      expect(search).toBeDefined();
    },
    2 * BROWSER_TEST_MS,
  );
});
