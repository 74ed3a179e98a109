import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";

/** Beside the module that the package names lies one for pages. */
const PLAYER = fileURLToPath(new URL("rrweb.umd.min.cjs", import.meta.resolve("rrweb")));

interface Replayer {
  getMetaData(): { totalTime: number };
  pause(atMs: number): void;
  readonly iframe: HTMLIFrameElement;
}

declare const rrweb: {
  Replayer: new (
    events: unknown[],
    options: { root: HTMLElement; mouseTail: boolean; showWarning: boolean },
  ) => Replayer;
};

/** What a replay shows at its middle and at its end. */
export interface Shown {
  readonly middle: string;
  readonly end: string;
  /** What the player complained of. */
  readonly warnings: readonly string[];
}

/** Plays a JSON array of events with rrweb's own player, and reads what its page says. */
export async function replay(browser: Browser, json: string): Promise<Shown> {
  const page = await browser.newPage();
  const warnings: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "warning" || message.type() === "error") warnings.push(message.text());
  });
  page.on("pageerror", (error) => warnings.push(error.message));
  try {
    await page.setContent("<!doctype html><body></body>");
    await page.addScriptTag({ path: PLAYER });
    const shown = await page.evaluate(async (text) => {
      const replayer = new rrweb.Replayer(JSON.parse(text), {
        root: document.body,
        mouseTail: false,
        showWarning: true,
      });
      const { totalTime } = replayer.getMetaData();
      const textAt = async (atMs: number) => {
        replayer.pause(atMs);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return replayer.iframe.contentDocument?.body.innerText ?? "";
      };
      return { middle: await textAt(totalTime / 2), end: await textAt(totalTime) };
    }, json);
    return { ...shown, warnings };
  } finally {
    await page.close();
  }
}
