import { afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@gigtrail/test-servers/eventually";
import * as fc from "fast-check";
import type { Page } from "playwright-core";
import { RUNS_BROWSER } from "../test-browser.ts";
import { type KillableChromium, startKillable } from "./support/killable-chromium.ts";
import { UploadServer } from "./support/upload-server.ts";

/** Longest time of a test that starts a browser several times, in milliseconds. */
const TEST_MS = 90_000;
const LIVES = 5;
const APPENDS = 200;

/** When a life ends, in milliseconds after it began to record: the same moments in each run, unless the seed changes. */
const MOMENTS = fc.sample(fc.integer({ min: 0, max: 250 }), {
  numRuns: 2 * LIVES,
  seed: fc.readConfigureGlobal().seed,
});

const title = `an outbox in IndexedDB${RUNS_BROWSER ? "" : " (skipped: no Chromium; set CHROMIUM)"}`;
describe.skipIf(!RUNS_BROWSER)(title, () => {
  let script = "";
  let server: UploadServer;
  let profile = "";
  let browser: KillableChromium;
  const acknowledged = new Map<string, number[]>();

  beforeAll(async () => {
    const { outputs } = await Bun.build({
      entrypoints: [fileURLToPath(new URL("support/outbox-entry.ts", import.meta.url))],
      target: "browser",
      format: "iife",
    });
    script = (await outputs[0]?.text()) ?? "";
  });
  beforeEach(async () => {
    acknowledged.clear();
    profile = await mkdtemp(join(tmpdir(), "gigtrail-profile-"));
    server = await UploadServer.start();
    server.files.set("/", { type: "text/html", body: "<!doctype html><script src=/outbox.js></script>" });
    server.files.set("/outbox.js", { type: "text/javascript", body: script });
  });
  afterEach(async () => {
    await browser?.kill();
    await server.stop();
    // Processes of the browser may still be ending.
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });

  async function openPage(): Promise<Page> {
    const page = await browser.context.newPage();
    await page.exposeBinding("acknowledged", (_, tabId: string, numbers: number[]) => {
      acknowledged.set(tabId, [...(acknowledged.get(tabId) ?? []), ...numbers]);
    });
    await page.goto(server.url);
    return page;
  }

  /** Everything acknowledged is there, nothing twice, all in order. */
  function expectArrived(sessionId: string, tabId: string): void {
    const arrived = server.held.eventsOf(sessionId, tabId).map((event) => (event as { timestamp: number }).timestamp);
    expect(arrived).toEqual([...new Set(arrived)].toSorted((a, b) => a - b));
    expect((acknowledged.get(tabId) ?? []).filter((number) => !arrived.includes(number))).toEqual([]);
    expect(arrived.length).toBeGreaterThan(0);
  }

  test(
    "loses nothing that it acknowledged when the browser is killed again and again, and sends nothing twice",
    async () => {
      browser = await startKillable(profile);
      let page = await openPage();
      const { sessionId, tabId } = await page.evaluate(startSession);
      for (let life = 0; life < LIVES; life += 1) {
        void page.evaluate(recordInPage, { tabId, from: life * 10_000, appends: APPENDS }).catch(() => undefined);
        await Bun.sleep(MOMENTS[life] ?? 0);
        // Every other time only the page goes.
        if (life % 2 === 0) await browser.kill();
        else await page.close();
        if (life % 2 === 0) browser = await startKillable(profile);
        page = await openPage();
        const held = await page.evaluate(contents);
        expect({ life, held }).toMatchObject({ life, held: { sessions: 1 } });
      }
      await page.evaluate(recordInPage, { tabId, from: LIVES * 10_000, appends: 5 });
      await page.evaluate(finish, sessionId);
      await eventually(() => expect(server.held.isComplete(sessionId)).toBe(true));
      expectArrived(sessionId, tabId);
      await eventually(async () => expect(await page.evaluate(contents)).toEqual({ sessions: 0, bytes: 0, chunks: 0 }));
    },
    TEST_MS,
  );

  test(
    "is shared by a page that records and a service worker that is killed while it records and uploads",
    async () => {
      browser = await startKillable(profile);
      const page = await openPage();
      const { sessionId, tabId } = await page.evaluate(startSession);
      const workerTab = await page.evaluate(startTab, sessionId);
      await page.evaluate(registerWorker, workerTab);
      const devTools = await browser.context.newCDPSession(page);
      await devTools.send("ServiceWorker.enable");
      for (let life = 0; life < LIVES; life += 1) {
        const from = life * 10_000;
        await page.evaluate(tellWorker, { tabId: workerTab, from, appends: APPENDS });
        await page.evaluate(recordInPage, { tabId, from, appends: 10 });
        await Bun.sleep(MOMENTS[LIVES + life] ?? 0);
        await devTools.send("ServiceWorker.stopAllWorkers");
      }
      await page.evaluate(tellWorker, { finish: sessionId });
      await eventually(() => expect(server.held.isComplete(sessionId)).toBe(true), TEST_MS / 2);
      expectArrived(sessionId, workerTab);
      expectArrived(sessionId, tabId);
    },
    TEST_MS,
  );
});

declare global {
  interface Window {
    acknowledged(tabId: string, numbers: number[]): Promise<void>;
    testRecorder: ReturnType<typeof outboxTest.open> | undefined;
  }
}

async function startSession(): Promise<{ sessionId: string; tabId: string }> {
  const recorder = (window.testRecorder ??= outboxTest.open(true));
  const sessionId = await recorder.startSession("Monday");
  return { sessionId, tabId: await recorder.startTab(sessionId) };
}

async function startTab(sessionId: string): Promise<string> {
  // From here on the service worker uploads, and the page only records.
  const tabId = (await window.testRecorder?.startTab(sessionId)) ?? "";
  await window.testRecorder?.close();
  window.testRecorder = outboxTest.open(false);
  return tabId;
}

async function recordInPage(request: { tabId: string; from: number; appends: number }): Promise<void> {
  const recorder = (window.testRecorder ??= outboxTest.open(true));
  await outboxTest.record(recorder, request, (numbers) => void window.acknowledged(request.tabId, numbers));
}

async function finish(sessionId: string): Promise<void> {
  await window.testRecorder?.finishSession(sessionId);
}

async function contents(): Promise<object> {
  const recorder = (window.testRecorder ??= outboxTest.open(true));
  const state = await recorder.state();
  return { sessions: state.sessions.length, bytes: state.bytes, chunks: state.waitingChunks };
}

async function registerWorker(tabId: string): Promise<void> {
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<number[]>) => {
    void window.acknowledged(tabId, data);
  });
  navigator.serviceWorker.startMessages();
  await navigator.serviceWorker.register("/outbox.js");
  await navigator.serviceWorker.ready;
}

async function tellWorker(message: object): Promise<void> {
  (await navigator.serviceWorker.ready).active?.postMessage(message);
}
