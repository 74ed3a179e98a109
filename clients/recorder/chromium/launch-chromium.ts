import { type Browser, chromium } from "playwright-core";
import { ChromiumMissing } from "./chromium-missing.ts";
import { findChromium } from "./find-chromium.ts";

/**
 * Flags of every start. Nothing in the browser may speak to the outside on its own. No sandbox: it cannot be set up as
 * root or in most containers, and no script of a saved page runs with a network.
 */
export const CHROMIUM_FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Longest wait for the browser to start, in milliseconds. */
const LAUNCH_TIMEOUT_MS = 30_000;

/** Starts a headless Chromium: the one at `path`, else the one of this machine. Throws `ChromiumMissing` without one. */
export async function launchChromium(path: string | undefined = findChromium()): Promise<Browser> {
  if (path === undefined) throw new ChromiumMissing();
  return await chromium.launch({ executablePath: path, args: CHROMIUM_FLAGS, timeout: LAUNCH_TIMEOUT_MS });
}
