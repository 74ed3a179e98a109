import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { refusal } from "@gigtrail/platform/errors";
import { MAX_ATTEMPTS } from "@gigtrail/platform/jobs/claim";
import { wakeWorkers } from "@gigtrail/platform/jobs/wake";
import { pause } from "@gigtrail/platform/lifecycle";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { sql } from "kysely";
import { DATABASES } from "@gigtrail/test-kit/databases";
import { analysed, getAnalysis, idle } from "./support/finished.ts";
import { Gate } from "@gigtrail/test-kit/gate";
import { longRecording, recording } from "./support/recordings.ts";
import { TestAnalysis } from "./support/test-analysis.ts";

for (const kind of DATABASES) {
  describe.skipIf(kind.skip)(`workers on ${kind.title}`, () => {
    let t: TestAnalysis;

    beforeAll(async () => {
      t = await TestAnalysis.open(await kind.open());
    }, 60_000);
    afterEach(() => t.reset());
    afterAll(() => t.close(), 30_000);

    test("a worker that lost its lease writes nothing, neither results nor progress", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(40));
      const gate = new Gate();
      let readers = 0;
      t.ingest.whileReading = async (_, line, signal) => {
        if (line === 0) readers += 1;
        if (line === 20 && readers === 1) await gate.pass(signal);
      };
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await gate.reached;
      // The first worker is held up for longer than its lease; what it reads afterwards differs.
      await t.sql(sql`update analysis.jobs set lease_until = now() - interval '1 second'`);
      session.lines = recording;
      await analysed(t, ann, session);
      const found = await t.dump(ann.workspaceId);
      gate.open();
      await eventually(() => expect(t.ingest.openStreams).toBe(0));
      await pause(700, AbortSignal.timeout(5_000));
      expect((await getAnalysis(t, ann, session)).state).toBe(AnalysisState.DONE);
      expect(await t.dump(ann.workspaceId)).toBe(found);
    });

    test("two processes share the work, each session is analysed once", async () => {
      const ann = t.member();
      await t.startService();
      await t.startService();
      const before = t.ingest.linesRead;
      const sessions = Array.from({ length: 8 }, () => t.ingest.put(ann.workspaceId, ann.userId, recording()));
      for (const session of sessions) await t.ingest.complete(t.bus, session);
      for (const session of sessions) await analysed(t, ann, session);
      expect(t.ingest.linesRead).toBe(before + sessions.length * recording().length);
    });

    test("a worker that is told to stop gives its job back unharmed", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(40));
      const gate = new Gate();
      t.ingest.whileReading = (_, line, signal) => (line === 20 ? gate.pass(signal) : undefined);
      const first = await t.startService();
      await t.ingest.complete(t.bus, session);
      await gate.reached;
      await first.stop();
      expect(t.ingest.openStreams).toBe(0);
      expect(await t.sql(sql`select state, attempts from analysis.jobs`)).toEqual([{ state: "queued", attempts: 0 }]);
      expect(await getAnalysis(t, ann, session)).toMatchObject({ state: AnalysisState.QUEUED, percent: 0 });
      t.ingest.whileReading = () => undefined;
      await t.startService();
      await analysed(t, ann, session);
    });

    test("a session that cannot be read fails with its reason, and a rerun can still succeed", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      let attempts = 0;
      t.ingest.whileReading = (_, line) => {
        if (line === 4) attempts += 1;
        if (line === 4) throw refusal("unavailable");
      };
      await t.startService();
      await t.ingest.complete(t.bus, session);
      const watched: AnalysisState[] = [];
      const watching = (async () => {
        for await (const { analysis } of t.client.watchAnalysis({ sessionId: session.sessionId }, ann.options)) {
          if (analysis !== undefined) watched.push(analysis.state);
        }
      })();
      await eventually(async () => {
        await t.sql(sql`update analysis.jobs set run_after = now() where state = 'queued'`);
        wakeWorkers(t.bus, "analysis");
        expect((await getAnalysis(t, ann, session)).state).toBe(AnalysisState.FAILED);
      });
      expect(attempts).toBe(MAX_ATTEMPTS);
      expect(await getAnalysis(t, ann, session)).toMatchObject({ errorReason: "unavailable", stage: "" });
      await watching;
      expect(watched.at(-1)).toBe(AnalysisState.FAILED);
      t.ingest.whileReading = () => undefined;
      const { analysis } = await t.client.rerunAnalysis({ sessionId: session.sessionId }, ann.options);
      expect(analysis).toMatchObject({ state: AnalysisState.QUEUED, errorReason: "" });
      await analysed(t, ann, session);
    }, 40_000);

    test("a completion during the analysis has it start over", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(40));
      const gate = new Gate();
      t.ingest.whileReading = (_, line, signal) => (line === 20 ? gate.pass(signal) : undefined);
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await gate.reached;
      session.generation = 2;
      session.lines = recording;
      await t.ingest.complete(t.bus, session);
      await eventually(async () =>
        expect(await getAnalysis(t, ann, session)).toMatchObject({ state: AnalysisState.QUEUED, generation: 2 }),
      );
      gate.open();
      expect((await analysed(t, ann, session, 2)).summary?.visitCount).toBe(4);
      await idle(t);
    });
  });
}
