import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "@gigtrail/test-servers/eventually";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { ChromiumMissing } from "../../../chromium/chromium-missing.ts";
import { findChromium } from "../../../chromium/find-chromium.ts";
import { CHROMIUM_FLAGS } from "../../../chromium/launch-chromium.ts";

/** Longest wait of one attempt to speak to the browser, in milliseconds. */
const CONNECT_MS = 5_000;

/** A Chromium on a profile that outlives it. */
export interface KillableChromium {
  /** The profile's pages. */
  context: BrowserContext;
  /** Ends it as a crash does: no page hears of it, nothing is flushed. */
  kill(): Promise<void>;
}

/** Starts a Chromium that can be killed; the next one on the same folder finds what the one before had stored. */
export async function startKillable(profile: string): Promise<KillableChromium> {
  const path = findChromium();
  if (path === undefined) throw new ChromiumMissing();
  const portFile = join(profile, "DevToolsActivePort");
  await rm(portFile, { force: true });
  const browser = Bun.spawn([path, ...CHROMIUM_FLAGS, `--user-data-dir=${profile}`, "--remote-debugging-port=0"], {
    stdout: "ignore",
    stderr: "ignore",
  });
  const kill = async (): Promise<void> => {
    browser.kill("SIGKILL");
    await browser.exited;
  };
  try {
    const connected = await connect(portFile);
    const [context] = connected.contexts();
    if (context === undefined) throw new Error("Chromium has no context");
    return {
      context,
      async kill() {
        await kill();
        await connected.close().catch(() => undefined);
      },
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** A browser that is still opening its first window sometimes lets the first connection wait for ever. */
async function connect(portFile: string): Promise<Browser> {
  const address = await eventually(() => addressIn(portFile));
  return eventually(() => chromium.connectOverCDP(address, { timeout: CONNECT_MS }));
}

/** The file's first line is the port, its second the path; it is written while we look. */
async function addressIn(portFile: string): Promise<string> {
  const [port, path] = (await readFile(portFile, "utf8")).split("\n");
  if (!port || path?.startsWith("/devtools/browser/") !== true) throw new Error("Chromium has not said its port yet");
  return `ws://127.0.0.1:${port}${path}`;
}
