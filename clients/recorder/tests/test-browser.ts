import { afterAll, beforeAll, describe, test } from "bun:test";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { findChromium } from "../chromium/find-chromium.ts";
import { launchChromium } from "../chromium/launch-chromium.ts";
import { recorderBundle } from "../chromium/recorder-bundle.ts";
import type { RecorderEvents, RecorderTag } from "../dom/recorder-event.ts";
import type { RrwebEvent } from "../dom/rrweb-event.ts";

/** Longest time of a test in a browser, in milliseconds. */
export const BROWSER_TEST_MS = 30_000;

/** Whether tests in a browser run: there is one, or all tests must run and a missing one fails them. */
export const RUNS_BROWSER = findChromium() !== undefined || process.env["GIGTRAIL_TEST_ALL"] === "1";

declare global {
  interface Window {
    recorded: RrwebEvent[];
    stopRecorder(): void;
    errorsOfRecorder: string[];
  }
}

/** What a page under test is made of. */
export interface TestPage {
  /** Its address. */
  url: string;
  /** Its HTML. */
  html: string;
  /** Answers what it fetches; false where it does not know the address. */
  answer?(route: Route): Promise<void> | false;
}

/** Tests that share one browser; skipped, and said to be, where there is none. */
export function describeInBrowser(name: string, define: (open: (page: TestPage) => Promise<Page>) => void): void {
  const title = RUNS_BROWSER ? name : `${name} (skipped: no Chromium; set CHROMIUM)`;
  describe.skipIf(!RUNS_BROWSER)(title, () => {
    let browser: Browser | undefined;
    const contexts: BrowserContext[] = [];
    beforeAll(async () => {
      browser = await launchChromium();
    }, BROWSER_TEST_MS);
    afterAll(async () => {
      for (const context of contexts) await context.close();
      await browser?.close();
    });
    define(async (page) => {
      if (!browser) throw new Error("the browser did not start");
      const context = await browser.newContext();
      contexts.push(context);
      return await openPage(context, page);
    });
  });
}

/** A test in the browser. */
export function browserTest(name: string, run: () => Promise<void>): void {
  test(name, run, BROWSER_TEST_MS);
}

async function openPage(context: BrowserContext, { url, html, answer }: TestPage): Promise<Page> {
  await context.addInitScript({ content: await recorderBundle() });
  await context.addInitScript(() => {
    window.recorded = [];
    window.errorsOfRecorder = [];
    const start = window.gigtrailRecorder?.startRecorder;
    window.stopRecorder =
      start?.({
        emit: (event) => window.recorded.push(event),
        policyVersion: 1,
        onError: (error) => window.errorsOfRecorder.push(String(error)),
      }) ?? (() => {});
  });
  await context.route("**/*", async (route) => {
    if (route.request().isNavigationRequest()) return await route.fulfill({ contentType: "text/html", body: html });
    await (answer?.(route) || route.abort());
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** What a page has recorded so far. */
export async function recordedOf(page: Page): Promise<RrwebEvent[]> {
  return await page.evaluate(() => window.recorded);
}

/** Payloads of the recorder events of one tag, in order. */
export function payloadsOf<T extends RecorderTag>(events: readonly RrwebEvent[], tag: T): RecorderEvents[T][] {
  return events.flatMap((event) => (isTagged(event, tag) ? [event.data.payload] : []));
}

function isTagged<T extends RecorderTag>(
  event: RrwebEvent,
  tag: T,
): event is RrwebEvent & { data: { tag: T; payload: RecorderEvents[T] } } {
  return event.type === 5 && event.data.tag === tag;
}
