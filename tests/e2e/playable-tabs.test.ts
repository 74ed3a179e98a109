import { afterAll, beforeAll, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { launchChromium } from "@gigtrail/recorder/chromium/launch-chromium";
import { loadSamples, type SampleSession } from "@gigtrail/samples/load-samples";
import { eventually } from "@gigtrail/test-servers/eventually";
import { requirement } from "@gigtrail/test-servers/requirement";
import type { Browser } from "playwright-core";
import { chunkOf, putMessage } from "./support/chunks.ts";
import { describeBothWays, TEST_TIMEOUT_MS } from "./support/modes.ts";
import { type Member, signUp } from "./support/people.ts";
import { replay } from "./support/replay.ts";
import { completeSession } from "./support/sessions.ts";

const chromium = requirement("chromium");
/** As recorders that send often cut them. */
const EVENTS_A_CHUNK = 100;

describeBothWays("a tab as a file for rrweb's player", (system) => {
  let member: Member;
  let samples: SampleSession[];
  let browser: Browser;
  beforeAll(async () => {
    member = await signUp(system().url);
    samples = await loadSamples();
    if (!chromium.skip) browser = await launchChromium();
  }, TEST_TIMEOUT_MS);
  afterAll(() => browser?.close());

  async function upload({ tabs }: SampleSession) {
    const sessionId = newId();
    await member.ingest.createSession({ sessionId, displayName: "to be played" });
    const ends = [];
    for (const { tabId, events } of tabs) {
      const chunks = Math.ceil(events.length / EVENTS_A_CHUNK);
      for (let seq = 0; seq < chunks; seq += 1) {
        const part = events.slice(seq * EVENTS_A_CHUNK, (seq + 1) * EVENTS_A_CHUNK);
        await member.ingest.putChunk(putMessage({ sessionId, tabId }, chunkOf(seq, part)));
      }
      ends.push({ tabId, lastSeq: chunks - 1 });
    }
    return { sessionId, ends };
  }

  async function download(sessionId: string, tabId: string): Promise<string> {
    const headers = { authorization: `Bearer ${member.accessToken}` };
    const response = await fetch(`${member.url}/v1/sessions/${sessionId}/tabs/${tabId}/events`, { headers });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
    return response.text();
  }

  async function sizesOf(sessionId: string) {
    const { session } = await member.ingest.getSession({ sessionId });
    return { raw: Number(session?.rawBytes), stored: Number(session?.storedBytes) };
  }

  /** Completes a session and waits until its blocks are merged. */
  async function merge({ sessionId, ends }: Awaited<ReturnType<typeof upload>>): Promise<void> {
    const before = await sizesOf(sessionId);
    await completeSession(member, sessionId, ends);
    await eventually(async () => expect((await sizesOf(sessionId)).stored).toBeLessThan(before.stored));
  }

  test("is the same before and after its blocks are merged, which leave a ninth of it at most", async () => {
    for (const sample of samples) {
      const uploaded = await upload(sample);
      const files = new Map<string, string>();
      for (const { tabId } of sample.tabs) files.set(tabId, await download(uploaded.sessionId, tabId));
      await merge(uploaded);
      for (const [tabId, file] of files) expect(await download(uploaded.sessionId, tabId)).toBe(file);
      const { raw, stored } = await sizesOf(uploaded.sessionId);
      expect(stored).toBeLessThanOrEqual(raw / 9);
    }
  });

  test.skipIf(chromium.skip)(
    chromium.title("is played: the page that was recorded is seen, at every time"),
    async () => {
      const [sample] = samples;
      const [tab] = sample?.tabs ?? [];
      if (sample === undefined || tab === undefined) throw new Error("there is no sample");
      const uploaded = await upload(sample);
      const sent = await replay(browser, JSON.stringify(tab.events));
      expect(sent.end.length).toBeGreaterThan(200);
      expect(sent.middle).not.toBe(sent.end);
      const before = await replay(browser, await download(uploaded.sessionId, tab.tabId));
      expect(before).toEqual(sent);
      await merge(uploaded);
      expect(await replay(browser, await download(uploaded.sessionId, tab.tabId))).toEqual(sent);
    },
    2 * TEST_TIMEOUT_MS,
  );

  test("of a tab that never was is empty, and of a session that never was is not found", async () => {
    const { sessionId } = await upload({ name: "", displayName: "", tabs: [] });
    expect(await download(sessionId, newId())).toBe("[]");
    const headers = { authorization: `Bearer ${member.accessToken}` };
    for (const [path, status, reason] of [
      [`/v1/sessions/${newId()}/tabs/${newId()}/events`, 404, "session_not_found"],
      [`/v1/sessions/${sessionId}/tabs/none/events`, 400, "request_invalid"],
    ] as const) {
      const response = await fetch(member.url + path, { headers });
      expect([response.status, response.headers.get("x-gigtrail-reason")]).toEqual([status, reason]);
    }
  });
});
