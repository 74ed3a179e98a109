import { mayRecord } from "@gigtrail/upwork/may-record";
import type { Browser, Page } from "playwright-core";
import type { RrwebEvent } from "../dom/rrweb-event.ts";
import { evaluateState, nuxt2Script } from "./inline-state.ts";
import { launchChromium } from "./launch-chromium.ts";
import { PageNeverRecorded } from "./page-never-recorded.ts";
import { recorderBundle } from "./recorder-bundle.ts";

/** Version of the capture policy that saved pages are recorded under: the default policy. */
const POLICY_VERSION = 1;

/** Longest wait for a saved page to be parsed, in milliseconds. */
const LOAD_TIMEOUT_MS = 30_000;

/** A saved page and where it was. */
export interface RecordPageOptions {
  /** Path of the HTML file. */
  file: string;
  /** Address that the page had. */
  url: string;
  /** Path of a Chromium; the one of this machine unless said. */
  chromium?: string;
  /** When the page is taken to have been seen ("2 hours ago" on it counts from then); now unless said. */
  seenAt?: Date;
}

/**
 * Records a saved page as if it had just been opened: Meta, FullSnapshot, policy, address, visibility and the page's
 * state. No script of the page runs (a content security policy forbids it) and nothing is fetched; the one script that
 * sets Nuxt 2's state runs apart. Throws `PageNeverRecorded` for an address that is never recorded, `ChromiumMissing`
 * without a browser.
 */
export async function recordPage(options: RecordPageOptions): Promise<RrwebEvent[]> {
  if (!mayRecord(options.url)) throw new PageNeverRecorded();
  const html = await Bun.file(options.file).text();
  const browser = await launchChromium(options.chromium);
  try {
    const events = await recordHtml(browser, html, options.url);
    return options.seenAt ? moveTo(events, options.seenAt) : events;
  } finally {
    await browser.close();
  }
}

/** Records a page's HTML in a browser that runs already. */
export async function recordHtml(browser: Browser, html: string, url: string): Promise<RrwebEvent[]> {
  const context = await browser.newContext({ serviceWorkers: "block", viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await serveOnly(page, html, url);
    await page.goto(url, { waitUntil: "domcontentloaded", timeout: LOAD_TIMEOUT_MS });
    const script = await nuxt2Script(page);
    const state = script === undefined ? undefined : await evaluateState(browser, script);
    await page.evaluate(await recorderBundle());
    return await page.evaluate(recordNow, { state, policyVersion: POLICY_VERSION });
  } finally {
    await context.close();
  }
}

async function serveOnly(page: Page, html: string, url: string): Promise<void> {
  const address = withoutHash(url);
  await page.route("**/*", async (route) => {
    const request = route.request();
    const isPage = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (!isPage || withoutHash(request.url()) !== address) return await route.abort();
    await route.fulfill({
      contentType: "text/html; charset=utf-8",
      headers: { "content-security-policy": "script-src 'none'; object-src 'none'; frame-src 'none'" },
      body: html,
    });
  });
}

// Runs in the page.
function recordNow({ state, policyVersion }: { state: string | undefined; policyVersion: number }): RrwebEvent[] {
  const events: RrwebEvent[] = [];
  // Where the page's own script would have put it.
  if (state !== undefined) Reflect.set(window, "__NUXT__", { state: JSON.parse(state) });
  const stop = window.gigtrailRecorder?.startRecorder({ emit: (event) => events.push(event), policyVersion });
  stop?.();
  return events;
}

function moveTo(events: readonly RrwebEvent[], seenAt: Date): RrwebEvent[] {
  const shiftMs = seenAt.getTime() - (events[0]?.timestamp ?? 0);
  return events.map((event) => ({ ...event, timestamp: event.timestamp + shiftMs }));
}

function withoutHash(url: string): string {
  return new URL(url).href.split("#")[0] ?? url;
}
