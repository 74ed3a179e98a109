import { afterEach, beforeEach, expect, test } from "bun:test";
import * as fc from "fast-check";
import { chunkEvents } from "../../core/chunk-events.ts";
import { createFetchPort } from "../../core/fetch-port.ts";
import { type UploadOptions, uploadSession } from "../../core/upload-session.ts";
import { unhurried } from "./support/unhurried.ts";
import { type Fault, UploadServer } from "./support/upload-server.ts";

const SESSION = "0193a000-0000-7000-8000-000000000001";
const TAB_A = "0193a000-0000-7000-8000-00000000000a";
const TAB_B = "0193a000-0000-7000-8000-00000000000b";

let server: UploadServer;
beforeEach(async () => {
  server = await UploadServer.start();
});
afterEach(() => server.stop());

function recording(count: number, tab = "a"): { type: number; timestamp: number; data: { tab: string } }[] {
  return Array.from({ length: count }, (_, timestamp) => ({ type: 3, timestamp, data: { tab } }));
}

interface Tabs {
  [tabId: string]: unknown[];
}

function upload(tabs: Tabs, options: UploadOptions & { accessToken?: (refused?: string) => Promise<string> } = {}) {
  const accessToken = options.accessToken ?? (() => Promise.resolve("token"));
  const port = createFetchPort({ baseUrl: server.url, accessToken });
  const session = {
    sessionId: SESSION,
    displayName: "Monday",
    tabs: Object.entries(tabs).map(([tabId, events]) => ({ tabId, chunks: chunkEvents(events, { maxEvents: 3 }) })),
  };
  return uploadSession(port, session, { retry: unhurried().policy, ...options });
}

const busy = (retryAfterMs: number): Fault => ({
  kind: "refuse",
  status: 429,
  body: { code: "resource_exhausted", message: "Busy." },
  headers: { "x-gigtrail-reason": "server_busy", "retry-after": String(retryAfterMs / 1_000) },
});

test("all tabs arrive whole and in order, and the session is complete", async () => {
  const tabs = { [TAB_A]: recording(20, "a"), [TAB_B]: recording(7, "b") };
  const outcome = await upload(tabs);
  expect(server.held.eventsOf(SESSION, TAB_A)).toEqual(tabs[TAB_A] ?? []);
  expect(server.held.eventsOf(SESSION, TAB_B)).toEqual(tabs[TAB_B] ?? []);
  expect(server.sessions.get(SESSION)).toBe("Monday");
  expect(outcome).toMatchObject({ events: 27, chunks: 10, resumedChunks: 0 });
  expect(outcome.state.complete).toBe(true);
});

test("a tab without events is left out", async () => {
  const outcome = await upload({ [TAB_A]: recording(1), [TAB_B]: [] });
  expect([...server.held.ends]).toEqual([[`${SESSION}/${TAB_A}`, 0]]);
  expect(outcome.state.complete).toBe(true);
});

test("whatever the network does, everything arrives exactly once", async () => {
  const faults: fc.Arbitrary<Fault | undefined> = fc.constantFrom(
    undefined,
    undefined,
    { kind: "cut" },
    { kind: "lose_answer" },
    busy(1_000),
    { kind: "refuse", status: 503, body: {} },
    { kind: "refuse", status: 500, body: { code: "internal", message: "Oops." } },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(faults, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 40 }),
      async (script, count) => {
        await server.stop();
        server = await UploadServer.start();
        let step = 0;
        server.fault = ({ earlier }) => (earlier >= 6 ? undefined : script[(step += 1) % script.length]);
        const events = recording(count);
        const outcome = await upload({ [TAB_A]: events });
        expect(server.held.eventsOf(SESSION, TAB_A)).toEqual(events);
        expect(outcome).toMatchObject({ events: count });
        expect(outcome.state.complete).toBe(true);
      },
    ),
    { numRuns: 25 },
  );
});

test("an upload that was stopped goes on where it was, and sends nothing that is durable", async () => {
  const events = recording(60);
  const stop = new AbortController();
  const first = upload(
    { [TAB_A]: events },
    {
      signal: stop.signal,
      maxBatchChunks: 1,
      onProgress: ({ chunks }) => (chunks >= 7 ? stop.abort(new Error("killed")) : undefined),
    },
  );
  await expect(first).rejects.toThrow("killed");
  await Bun.sleep(5);
  const durable = new Set(server.held.received);
  expect(durable.size).toBeWithin(7, 20);
  server.held.received.length = 0;

  const outcome = await upload({ [TAB_A]: events });
  expect(server.held.eventsOf(SESSION, TAB_A)).toEqual(events);
  expect(server.held.received.filter((chunk) => durable.has(chunk))).toBeEmpty();
  expect(outcome).toMatchObject({ events: 60, chunks: 20, resumedChunks: durable.size });
});

test("gaps that an earlier upload left are filled", async () => {
  const events = recording(30);
  server.fault = ({ method, seq }) =>
    method === "PutChunk" && seq % 3 === 1
      ? { kind: "refuse", status: 400, body: { code: "invalid_argument", message: "no" } }
      : undefined;
  for (const concurrency of [4, 2]) await upload({ [TAB_A]: events }, { concurrency }).catch(() => undefined);
  server.fault = () => undefined;
  await upload({ [TAB_A]: events });
  expect(server.held.eventsOf(SESSION, TAB_A)).toEqual(events);
});

test("no more chunks are under way at once than allowed", async () => {
  await upload({ [TAB_A]: recording(90) }, { concurrency: 3 });
  expect(server.mostAtOnce).toBeWithin(1, 3 + 1);
});

test("small chunks travel together, and one that is refused does not spoil the others", async () => {
  server.fault = ({ method, seq }) =>
    method === "PutChunk" && seq === 70
      ? { kind: "refuse", status: 400, body: { code: "invalid_argument", message: "no" } }
      : undefined;
  const failed = upload({ [TAB_A]: recording(600) }, { retry: unhurried(3).policy });
  await expect(failed).rejects.toMatchObject({ message: "no" });
  expect(Math.max(...server.callSizes)).toBeGreaterThan(10);
  server.fault = () => undefined;
  await upload({ [TAB_A]: recording(600) });
  expect(server.held.eventsOf(SESSION, TAB_A)).toEqual(recording(600));
});

test("a server that knows no batches gets chunk by chunk", async () => {
  server.fault = ({ method }) =>
    method === "PutChunks" ? { kind: "refuse", status: 404, body: { code: "unimplemented" } } : undefined;
  const { state } = await upload({ [TAB_A]: recording(90) });
  expect(state.complete).toBe(true);
  expect(new Set(server.callSizes)).toEqual(new Set([1]));
});

test("a server that stops everything ends an upload that somebody waits for, with the reason", async () => {
  server.directive = ({ seq }) =>
    seq === 3 ? { action: "ACTION_STOP", retryAfterMs: "60000", reason: "storage_low" } : undefined;
  const failed = upload({ [TAB_A]: recording(60) }, { maxBatchChunks: 1 });
  await expect(failed).rejects.toMatchObject({ reason: "storage_low" });
});

test("a pause that the server asks for is kept, by refusal and by directive", async () => {
  const { policy, waits } = unhurried();
  server.fault = ({ method, earlier }) => (method === "PutChunk" && earlier === 0 ? busy(7_000) : undefined);
  server.directive = ({ seq }) =>
    seq === 1 ? { action: "ACTION_THROTTLE", retryAfterMs: "4000", reason: "server_busy" } : undefined;
  await upload({ [TAB_A]: recording(6) }, { retry: policy });
  expect(waits.filter((ms) => ms >= 7_000)).not.toBeEmpty();
  expect(waits).toContain(4_000);
});

test("a refusal for good ends the upload with its reason, and what is durable stays", async () => {
  server.fault = ({ seq }) =>
    seq === 4
      ? {
          kind: "refuse",
          status: 412,
          body: { code: "failed_precondition", message: "Never recorded." },
          headers: { "x-gigtrail-reason": "page_never_recorded" },
        }
      : undefined;
  const failed = upload({ [TAB_A]: recording(60) });
  await expect(failed).rejects.toMatchObject({ reason: "page_never_recorded", message: "Never recorded." });
  expect(server.held.tabs.get(`${SESSION}/${TAB_A}`)?.has(0)).toBe(true);
  expect(server.held.ends.size).toBe(0);
});

test("a server that stays away is given up in the end", async () => {
  server.fault = ({ seq }) => (seq === 2 ? { kind: "cut" } : undefined);
  const failed = upload({ [TAB_A]: recording(30) }, { retry: unhurried(3).policy });
  await expect(failed).rejects.toMatchObject({ reason: "server_unreachable", code: "unavailable" });
});

test("a token that ends on the way is replaced, and only then", async () => {
  server.fault = ({ method, seq, earlier }) =>
    method === "PutChunk" && seq === 3 && earlier === 0
      ? {
          kind: "refuse",
          status: 401,
          body: { code: "unauthenticated" },
          headers: { "x-gigtrail-reason": "token_expired" },
        }
      : undefined;
  const refusals: string[] = [];
  await upload(
    { [TAB_A]: recording(30) },
    {
      accessToken: (refused) => {
        if (refused !== undefined) refusals.push(refused);
        return Promise.resolve(refused === undefined ? "old" : "new");
      },
    },
  );
  expect(refusals).toEqual(["old"]);
  expect(server.tokens.filter((token) => token === "Bearer new")).toHaveLength(1);
  expect(server.held.eventsOf(SESSION, TAB_A)).toHaveLength(30);
});

test("a page that answers 200 without being Gigtrail acknowledges nothing", async () => {
  server.fault = ({ method }) =>
    method === "PutChunk" ? { kind: "refuse", status: 200, body: { welcome: "to the hotel" } } : undefined;
  const failed = upload({ [TAB_A]: recording(3) });
  await expect(failed).rejects.toMatchObject({ reason: "answer_unreadable" });
});
