import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import type { WatchAnalysisResponse } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { PGLITE } from "@gigtrail/test-kit/databases";
import type { FakeSession } from "./support/fake-ingest.ts";
import { analysed, idle } from "./support/finished.ts";
import { Gate } from "@gigtrail/test-kit/gate";
import { longRecording, recording } from "./support/recordings.ts";
import { refused } from "@gigtrail/test-kit/refused";
import { type Member, TestAnalysis } from "./support/test-analysis.ts";

describe("watching an analysis", () => {
  let t: TestAnalysis;
  let workers: number;

  beforeAll(async () => {
    t = await TestAnalysis.open(await PGLITE.open());
  }, 60_000);
  afterEach(async () => {
    await eventually(() => expect(t.bus.listeners).toBe(workers));
    await t.reset();
  });
  afterAll(() => t.close(), 30_000);

  const start = async () => {
    await t.startService();
    workers = t.bus.listeners;
  };
  const watch = (who: Member, { sessionId }: Pick<FakeSession, "sessionId">, signal?: AbortSignal) =>
    t.client.watchAnalysis({ sessionId }, { ...who.options, ...(signal === undefined ? {} : { signal }) });

  /** Reads a watch to its end; gives what it saw of the analysis. */
  async function collect(messages: AsyncIterable<WatchAnalysisResponse>, into: WatchAnalysisResponse[] = []) {
    for await (const message of messages) into.push(message);
    return into.flatMap(({ analysis }) => analysis ?? []);
  }

  test("shows everything from before the session is complete to the end, and ends", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(60));
    t.ingest.whileReading = () => Bun.sleep(25);
    const messages: WatchAnalysisResponse[] = [];
    const watching = collect(watch(ann, session), messages);
    await eventually(() => expect(messages.length).toBeGreaterThanOrEqual(2));
    await t.ingest.complete(t.bus, session);
    const seen = await watching;
    expect(messages[0]?.analysis).toBeUndefined();
    const states = seen.map(({ state }) => state);
    expect(states).toEqual(states.toSorted((a, b) => a - b));
    const percents = seen.map(({ percent }) => percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(percents.some((percent) => percent > 0 && percent < 99)).toBe(true);
    expect(seen.at(-1)).toMatchObject({ state: AnalysisState.DONE, percent: 100, summary: { eventCount: 60n } });
    // Half-second steps of reading, and one for each change of state.
    expect(seen.length).toBeLessThan(12);
  });

  test("of a finished analysis is one message", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
    await t.ingest.complete(t.bus, session);
    await analysed(t, ann, session);
    expect(await collect(watch(ann, { sessionId: session.sessionId.toUpperCase() }))).toHaveLength(1);
  });

  test("goes on after a rerun until that one is done", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(40));
    await t.ingest.complete(t.bus, session);
    await analysed(t, ann, session);
    const gate = new Gate();
    t.ingest.whileReading = (_, line, signal) => (line === 20 ? gate.pass(signal) : undefined);
    await t.client.rerunAnalysis({ sessionId: session.sessionId }, ann.options);
    let ended = false;
    const watching = collect(watch(ann, session)).finally(() => (ended = true));
    await gate.reached;
    // Asked for once more while it runs: that run ends in vain, and is not the end.
    await t.client.rerunAnalysis({ sessionId: session.sessionId }, ann.options);
    await Bun.sleep(120);
    expect(ended).toBe(false);
    gate.open();
    const seen = await watching;
    expect(seen.filter(({ state }) => state === AnalysisState.DONE)).toHaveLength(1);
    expect(seen.at(-1)?.state).toBe(AnalysisState.DONE);
    await idle(t);
  });

  test("does without the bus", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
    t.bus.isDeaf = true;
    const watching = collect(watch(ann, session));
    await t.ingest.complete(t.bus, session);
    expect((await watching).at(-1)?.state).toBe(AnalysisState.DONE);
  });

  test("keeps the line open while there is nothing to say, for so long", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
    const messages: WatchAnalysisResponse[] = [];
    expect(await refused(collect(watch(ann, session), messages))).toBe("analysis_not_found");
    expect(messages.length).toBeGreaterThanOrEqual(3);
    expect(messages.every(({ analysis }) => analysis === undefined)).toBe(true);
  });

  test("of another member's session is as of one that is not there", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
    await t.ingest.complete(t.bus, session);
    await analysed(t, ann, session);
    for (const stranger of [t.member(ann.workspaceId), t.member()]) {
      const messages: WatchAnalysisResponse[] = [];
      expect(await refused(collect(watch(stranger, session), messages))).toBe("analysis_not_found");
      expect(messages.every(({ analysis }) => analysis === undefined)).toBe(true);
    }
    const admin = t.member(ann.workspaceId, Role.ADMIN);
    expect(await collect(watch(admin, session))).toHaveLength(1);
  });

  test("ends with the token", async () => {
    await start();
    const ann = t.member(undefined, Role.MEMBER, Date.now() + 200);
    const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
    expect(await refused(collect(watch(ann, session)))).toBe("token_expired");
  });

  test("ends when the session is deleted", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(40));
    const gate = new Gate();
    t.ingest.whileReading = (_, line, signal) => (line === 20 ? gate.pass(signal) : undefined);
    await t.ingest.complete(t.bus, session);
    const watching = refused(collect(watch(ann, session)));
    await gate.reached;
    await t.ingest.delete(t.bus, session);
    expect(await watching).toBe("analysis_not_found");
    gate.open();
    await idle(t);
  });

  test("leaves nothing behind when the caller goes away", async () => {
    await start();
    const ann = t.member();
    const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
    const leaving = new AbortController();
    const messages: WatchAnalysisResponse[] = [];
    const watching = refused(collect(watch(ann, session, leaving.signal), messages));
    await eventually(() => expect(messages.length).toBeGreaterThan(0));
    expect(t.bus.listeners).toBe(workers + 1);
    leaving.abort();
    await watching;
    await eventually(() => expect(t.bus.listeners).toBe(workers));
  });
});
