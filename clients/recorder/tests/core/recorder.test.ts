import { expect, test } from "bun:test";
import { eventually } from "@gigtrail/test-servers/eventually";
import { createMemoryStore } from "../../core/memory-store.ts";
import { openRecorder, type Recorder, type RecorderOptions } from "../../core/open-recorder.ts";
import { UploadError } from "../../core/upload-error.ts";
import { Life } from "./support/killable.ts";
import { ModelPort } from "./support/model-port.ts";
import { unhurried } from "./support/unhurried.ts";

const event = (timestamp: number, type = 3) => ({ type, timestamp });
const noise = () => ({ type: 3, timestamp: 1, data: crypto.randomUUID().repeat(4) + crypto.randomUUID() });

function open(model: ModelPort, more: Partial<RecorderOptions> = {}): Recorder {
  return openRecorder({
    store: createMemoryStore(),
    port: model.port,
    retry: unhurried().policy,
    limits: { maxEvents: 2, maxWaitMs: 1 },
    ...more,
  });
}

async function begin(recorder: Recorder): Promise<{ sessionId: string; tab: string }> {
  const sessionId = await recorder.startSession("Monday");
  return { sessionId, tab: await recorder.startTab(sessionId) };
}

test("a full outbox refuses, keeps what it has, and the next chunk reports what was dropped", async () => {
  const model = new ModelPort();
  const store = createMemoryStore();
  const offline = open(model, { store, port: undefined, maxBytes: 600 });
  const { sessionId, tab } = await begin(offline);
  let stored = 0;
  let dropped = 0;
  for (let turn = 0; turn < 20; turn += 1) {
    try {
      await offline.appendEvents(tab, [noise(), noise()]);
      stored += 2;
    } catch (error) {
      expect(error).toMatchObject({ name: "OutboxError", reason: "outbox_full" });
      dropped += 2;
    }
  }
  expect(await offline.state()).toMatchObject({ waitingChunks: stored / 2, droppedEvents: dropped });
  expect(Math.min(stored, dropped)).toBeGreaterThan(0);
  await offline.reportDropped(tab, 5);

  const online = open(model, { store });
  await eventually(async () => expect((await online.state()).waitingChunks).toBe(0));
  await online.appendEvents(tab, [event(9)]);
  await online.finishSession(sessionId);
  await eventually(async () => expect((await online.state()).sessions).toEqual([]));
  const chunks = [...(model.held.tabs.get(`${sessionId}/${tab}`)?.values() ?? [])];
  expect(chunks.map((chunk) => chunk.dropped)).toEqual([...Array<number>(stored / 2).fill(0), dropped + 5]);
  await online.close();
});

test("a FullSnapshot is never split, however large, and events wait for others only so long", async () => {
  const model = new ModelPort();
  const recorder = open(model, { limits: { maxBytes: 1_000, maxEvents: 100, maxWaitMs: 1 } });
  const { sessionId, tab } = await begin(recorder);
  const snapshot = { type: 2, timestamp: 2, data: "x".repeat(50_000) };
  await recorder.appendEvents(tab, [event(1), snapshot, event(3)]);
  await eventually(() => expect(model.held.eventsOf(sessionId, tab)).toEqual([event(1), snapshot, event(3)]));
  await recorder.close();
});

test("after a restart the server is asked first, and what it has is not sent again", async () => {
  const model = new ModelPort();
  const store = createMemoryStore();
  // Killed after the server has the chunk, before its answer is heard.
  const context = new Life(Infinity, false);
  const port = context.port(model.port);
  const dying = open(model, {
    store: context.store(store),
    port: {
      ...port,
      putChunk: async (...args) => {
        await port.putChunk(...args);
        context.kill();
        return new Promise<never>(() => undefined);
      },
    },
  });
  const { sessionId, tab } = await begin(dying);
  await dying.appendEvents(tab, [event(1), event(2)]);
  await context.died;
  await store.transact("readwrite", (tx) => tx.delete("leases", ["uploader"]));
  model.calls.length = 0;

  const next = open(model, { store });
  await next.finishSession(sessionId);
  await eventually(async () => expect((await next.state()).sessions).toEqual([]));
  expect(model.calls).toEqual([`GetUploadState ${sessionId}`, `FinishSession ${sessionId}`]);
  await next.close();
});

test("a stop is obeyed and shown until GetUploadState says continue", async () => {
  const model = new ModelPort(["none", "none", "stop"]);
  const seen: string[] = [];
  const { policy, waits } = unhurried();
  const recorder = open(model, {
    retry: policy,
    concurrency: 1,
    maxBatchChunks: 1,
    onStatus: (status) => seen.push(status.kind === "stopped" ? status.reason : status.kind),
  });
  const { sessionId, tab } = await begin(recorder);
  for (let turn = 0; turn < 5; turn += 1) await recorder.appendEvents(tab, [event(turn), event(turn)]);
  await recorder.finishSession(sessionId);
  await eventually(async () => expect((await recorder.state()).sessions).toEqual([]));
  expect(seen).toContain("storage_low");
  expect(waits.filter((ms) => ms === 30_000)).toHaveLength(3);
  const kinds = model.calls.map((call) => call.split(" ")[0]);
  expect(kinds.slice(2, 7)).toEqual(["PutChunk", "GetUploadState", "GetUploadState", "GetUploadState", "PutChunk"]);
  await recorder.close();
});

test("a session that was deleted leaves the outbox, and that is said; others go on", async () => {
  const model = new ModelPort();
  const gone: object[] = [];
  const recorder = open(model, { onSessionDeleted: (dropped) => gone.push(dropped) });
  const [one, two] = [await begin(recorder), await begin(recorder)];
  model.deleted.add(one.sessionId);
  for (const { tab } of [one, two]) await recorder.appendEvents(tab, [event(1), event(2)]);
  await eventually(async () =>
    expect((await recorder.state()).sessions.map((s) => s.sessionId)).toEqual([two.sessionId]),
  );
  await expect(recorder.appendEvents(one.tab, [event(1)])).rejects.toMatchObject({ reason: "session_not_open" });
  expect(gone).toEqual([{ sessionId: one.sessionId, chunks: 1, events: 2 }]);
  await eventually(() => expect(model.held.eventsOf(two.sessionId, two.tab)).toHaveLength(2));
  await recorder.close();
});

test("a FullSnapshot is asked for when the chunk that had one is lost, once, and not while it is under way", async () => {
  const model = new ModelPort();
  const asked: string[] = [];
  const recorder = open(model, { onNeedsFullSnapshot: (tabId) => asked.push(tabId) });
  const { sessionId, tab } = await begin(recorder);
  model.refusals.set(`${tab}/3`, "scrub_failed");
  await recorder.appendEvents(tab, [event(0, 4), event(1, 2)]);
  for (let turn = 1; turn < 3; turn += 1) await recorder.appendEvents(tab, [event(turn), event(turn)]);
  await eventually(async () => expect((await recorder.state()).waitingChunks).toBe(0));
  expect(asked).toEqual([]);
  for (let turn = 3; turn < 8; turn += 1) await recorder.appendEvents(tab, [event(turn), event(turn)]);
  await eventually(() => expect(asked).toEqual([tab]));
  await recorder.appendEvents(tab, [event(9, 2), event(9)]);
  await recorder.appendEvents(tab, [event(10), event(10)]);
  await eventually(async () => expect((await recorder.state()).waitingChunks).toBe(0));
  expect(asked).toEqual([tab]);
  expect(model.held.tabs.get(`${sessionId}/${tab}`)?.size).toBe(9);
  await recorder.close();
});

test("answers that overtake one another raise no false alarm for a FullSnapshot", async () => {
  const model = new ModelPort();
  const asked: string[] = [];
  const first = Promise.withResolvers<void>();
  const port = {
    ...model.port,
    putChunk: async (...args: Parameters<typeof model.port.putChunk>) => {
      // The chunk with the snapshot reaches the server after the others, whose answers come after its own.
      if (args[2].seq === 0) await Bun.sleep(5);
      const answer = await model.port.putChunk(...args);
      if (args[2].seq === 0) setTimeout(first.resolve, 5);
      else await first.promise;
      return answer;
    },
  };
  const recorder = open(model, { port, maxBatchChunks: 1, onNeedsFullSnapshot: (tabId) => asked.push(tabId) });
  const { tab } = await begin(recorder);
  await recorder.appendEvents(tab, [event(0, 2), event(0), event(1), event(1), event(2), event(2)]);
  await eventually(async () => expect((await recorder.state()).waitingChunks).toBe(0));
  expect(asked).toEqual([]);
  await recorder.close();
});

test("without a token nothing is lost; after signing in it goes on at once", async () => {
  const model = new ModelPort();
  let signedIn = false;
  const signedOut = new UploadError("Sign in.", { code: "unauthenticated", reason: "token_unavailable" });
  const recorder = open(model, {
    retry: { ...unhurried().policy, maxDelayMs: 60_000 },
    port: {
      ...model.port,
      createSession: (...args) => (signedIn ? model.port.createSession(...args) : Promise.reject(signedOut)),
    },
  });
  const { sessionId, tab } = await begin(recorder);
  await recorder.appendEvents(tab, [event(1), event(2)]);
  await eventually(async () =>
    expect((await recorder.state()).upload).toEqual({ kind: "signed_out", reason: "token_unavailable" }),
  );
  signedIn = true;
  recorder.wake();
  await eventually(() => expect(model.held.eventsOf(sessionId, tab)).toHaveLength(2));
  await recorder.close();
});

test("a chunk that the server stumbles over holds up no other and stays in the outbox", async () => {
  const model = new ModelPort();
  const internal = new UploadError("Oops.", { code: "internal", reason: "internal" });
  const recorder = open(model, {
    port: {
      ...model.port,
      putChunk: (...args) => (args[2].seq === 1 ? Promise.reject(internal) : model.port.putChunk(...args)),
      putChunks: (chunks, signal) =>
        chunks.some(({ chunk }) => chunk.seq === 1) ? Promise.reject(internal) : model.port.putChunks(chunks, signal),
    },
    retry: { baseDelayMs: 1, maxDelayMs: 5 },
  });
  const { sessionId, tab } = await begin(recorder);
  for (let turn = 0; turn < 30; turn += 1) await recorder.appendEvents(tab, [event(turn), event(turn)]);
  await eventually(() => expect(model.held.tabs.get(`${sessionId}/${tab}`)?.size).toBe(29));
  const { waitingChunks, parked } = await recorder.state();
  expect({ waitingChunks, parked }).toEqual({ waitingChunks: 1, parked: [] });
  await recorder.close();
});

test("a parked chunk can be tried again, also after its session was finished", async () => {
  const model = new ModelPort();
  const recorder = open(model);
  const { sessionId, tab } = await begin(recorder);
  model.refusals.set(`${tab}/1`, "request_too_large");
  for (let turn = 0; turn < 3; turn += 1) await recorder.appendEvents(tab, [event(turn), event(turn)]);
  await recorder.finishSession(sessionId);
  await eventually(() => expect(model.held.ends.size).toBe(1));
  const { parked } = await eventually(async () => {
    const state = await recorder.state();
    expect(state).toMatchObject({ waitingChunks: 0, parked: [{ tabId: tab, seq: 1, reason: "request_too_large" }] });
    return state;
  });
  model.refusals.clear();
  for (const chunk of parked) await recorder.retryParked(chunk);
  await eventually(async () => expect(await recorder.state()).toMatchObject({ sessions: [], parked: [], bytes: 0 }));
  expect(model.held.isComplete(sessionId)).toBe(true);
  await recorder.close();
});

test("a finished session takes no more, and what JSON cannot hold leaves no half behind", async () => {
  const model = new ModelPort();
  const recorder = open(model);
  const { sessionId, tab } = await begin(recorder);
  const broken = { type: 3, toJSON: () => undefined };
  await expect(recorder.appendEvents(tab, [event(1), broken])).rejects.toThrow(TypeError);
  await recorder.appendEvents(tab, [event(2)]);
  await recorder.finishSession(sessionId);
  await expect(recorder.appendEvents(tab, [event(3)])).rejects.toMatchObject({ reason: "session_not_open" });
  await eventually(() => expect(model.held.isComplete(sessionId)).toBe(true));
  expect(model.held.eventsOf(sessionId, tab)).toEqual([event(2)]);
  await recorder.close();
});
