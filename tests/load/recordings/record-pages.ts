import { existsSync } from "node:fs";
import { join } from "node:path";
import { findChromium } from "@gigtrail/recorder/chromium/find-chromium";
import { launchChromium } from "@gigtrail/recorder/chromium/launch-chromium";
import { recordHtml } from "@gigtrail/recorder/chromium/record-page";
import { CannotRun } from "../measure/cannot-run.ts";
import { type Batch, batchOf } from "./batch.ts";

/** Saved pages of Upwork; they are not part of the project. */
const PAGES = join(import.meta.dir, "../../../../shared/upwork/pages");
/** What a whole real page comes to, in bytes of JSON; what is smaller is an excerpt. */
const LEAST_BYTES = 400_000;
const MOST_BYTES = 1_500_000;
/** A saved page of fewer bytes of HTML gives no recording of that size. */
const LEAST_HTML_BYTES = 200_000;

/**
 * Records the saved pages in Chromium, as the extension would: a chunk each, with its FullSnapshot of 0.4 to 1.5 MB of
 * JSON. At most `atMost` pages. Throws CannotRun where the pages or Chromium are missing.
 */
export async function recordPages(atMost = Infinity): Promise<Batch[]> {
  const list = join(PAGES, "urls.tsv");
  if (!existsSync(list)) throw new CannotRun("This bench needs ../shared/upwork/pages, which are not in the project.");
  if (findChromium() === undefined) throw new CannotRun("This bench records pages in Chromium, and there is none.");
  const browser = await launchChromium();
  try {
    const recorded: Batch[] = [];
    for (const { file, url } of await pagesOf(list)) {
      if (recorded.length >= atMost) break;
      const html = Bun.file(join(PAGES, file));
      if (html.size < LEAST_HTML_BYTES) continue;
      const page = batchOf(await recordHtml(browser, await html.text(), url));
      if (page.jsonBytes >= LEAST_BYTES && page.jsonBytes <= MOST_BYTES) recorded.push(page);
    }
    return recorded;
  } finally {
    await browser.close();
  }
}

/** The pages that may be recorded. The list has a line each: file, address, kind, whether it may. */
async function pagesOf(list: string): Promise<{ file: string; url: string }[]> {
  const [, ...lines] = (await Bun.file(list).text()).trim().split("\n");
  return lines.flatMap((line) => {
    const [file = "", url = "", , may] = line.split("\t");
    return may === "yes" ? [{ file, url }] : [];
  });
}
