import type { Browser, Page } from "playwright-core";
import { recorderBundle } from "./recorder-bundle.ts";

/** Longest inline script that is run for the state that it sets, in UTF-16 units; Upwork's have some 160,000. */
const MAX_SCRIPT_LENGTH = 8 * 1_024 * 1_024;

/** Longest time that script may take, in milliseconds. */
const RUN_TIMEOUT_MS = 5_000;

/** The script of a saved page that sets `window.__NUXT__` (Nuxt 2), if it has one. */
export async function nuxt2Script(page: Page): Promise<string | undefined> {
  const scripts = await page.evaluate(() => [...document.scripts].map((script) => script.textContent));
  return scripts.find((text) => /^\s*window\.__NUXT__\s*=\s*\(function/.test(text) && text.length <= MAX_SCRIPT_LENGTH);
}

/**
 * Runs that script, which is a function call and not JSON, and gives the allow-listed part of what it sets, as JSON.
 * It runs where it can reach nothing: an empty page of a context of its own that has no network, no storage and no
 * address. A script that fails or does not end gives undefined: the page is then recorded without state.
 */
export async function evaluateState(browser: Browser, script: string): Promise<string | undefined> {
  const context = await browser.newContext({ offline: true, serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    await page.evaluate(await recorderBundle());
    const evaluated = page.evaluate((text) => {
      const pick = window.gigtrailRecorder?.pickStores;
      new Function(text)();
      const stores = pick?.(Reflect.get(window, "__NUXT__"));
      return stores && JSON.stringify(stores);
    }, script);
    return await Promise.race([evaluated.catch(() => undefined), Bun.sleep(RUN_TIMEOUT_MS).then(() => undefined)]);
  } finally {
    await context.close();
  }
}
