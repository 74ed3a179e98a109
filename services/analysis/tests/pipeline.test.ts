import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { newId } from "@gigtrail/platform/ids";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { Change_Kind } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { T0, tab } from "./analyser/events.ts";
import { DATABASES } from "@gigtrail/test-kit/databases";
import { analysed, getAnalysis, idle } from "./support/finished.ts";
import { JOB, longRecording, OTHER_JOB, recording } from "./support/recordings.ts";
import { refused } from "@gigtrail/test-kit/refused";
import { TestAnalysis } from "./support/test-analysis.ts";

for (const kind of DATABASES) {
  describe.skipIf(kind.skip)(`analysis on ${kind.title}`, () => {
    let t: TestAnalysis;

    beforeAll(async () => {
      t = await TestAnalysis.open(await kind.open());
    }, 60_000);
    afterEach(() => t.reset());
    afterAll(() => t.close(), 30_000);

    test("a completed session is analysed by itself, from the bus alone", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      await t.startService();
      await t.ingest.complete(t.bus, session);
      const analysis = await analysed(t, ann, session);
      expect(analysis).toMatchObject({ percent: 100, stage: "", errorReason: "", analyserVersion: 1 });
      expect(analysis.summary).toMatchObject({ eventCount: 8n, unusableEvents: 1n, visitCount: 4, jobCount: 2 });
      const { visits } = await t.client.listVisits({}, ann.options);
      expect(visits.map(({ ordinal, pageKind, jobKey }) => [ordinal, pageKind, jobKey])).toEqual([
        [0, "search_jobs", ""],
        [1, "job_detail", JOB],
        [2, "proposal_form", JOB],
        [3, "job_detail", OTHER_JOB],
      ]);
      expect(visits[0]?.enterTime && timestampMs(visits[0].enterTime)).toBe(T0);
      const { jobs } = await t.client.listSeenJobs({}, ann.options);
      expect(jobs.map((job) => [job.jobKey, job.titleWords, job.visitCount, job.applicationFormSeen])).toEqual([
        [OTHER_JOB, "Fix a bug", 1, false],
        [JOB, "Build a backend", 2, true],
      ]);
      const active = visits.reduce((sum, visit) => sum + (visit.activeTime ? durationMs(visit.activeTime) : 0), 0);
      expect(analysis.summary?.activeTime && durationMs(analysis.summary.activeTime)).toBe(active);
    });

    test("what the bus lost is found by asking ingest at the start", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      t.ingest.change(session, Change_Kind.COMPLETED);
      await t.startService();
      await analysed(t, ann, session);
    });

    test("a rerun gives the same bytes", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await analysed(t, ann, session);
      const before = await t.dump(ann.workspaceId);
      expect(before.split("\n").length).toBeGreaterThan(6);
      const { analysis } = await t.client.rerunAnalysis({ sessionId: session.sessionId.toUpperCase() }, ann.options);
      expect(analysis).toMatchObject({ state: AnalysisState.QUEUED, percent: 0, generation: 1 });
      expect(analysis?.summary).toBeUndefined();
      const readBefore = t.ingest.linesRead;
      await analysed(t, ann, session);
      expect(t.ingest.linesRead).toBeGreaterThan(readBefore);
      expect(await t.dump(ann.workspaceId)).toBe(before);
    });

    test("more chunks of a completed session replace what was found, also after a rerun", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(5));
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await analysed(t, ann, session);
      // A rerun must not be taken for the change that comes next.
      for (let i = 0; i < 3; i++) await t.client.rerunAnalysis({ sessionId: session.sessionId }, ann.options);
      await analysed(t, ann, session);
      session.generation = 2;
      session.lines = recording;
      await t.ingest.complete(t.bus, session);
      const analysis = await analysed(t, ann, session, 2);
      expect(analysis.summary?.visitCount).toBe(4);
      const again = await dumpOfFresh(recording());
      expect(withoutIds(await t.dump(ann.workspaceId)).replace('"generation":2', '"generation":1')).toBe(again);
    });

    /** What another workspace has after analysing these lines alone. */
    async function dumpOfFresh(lines: ReturnType<typeof recording>): Promise<string> {
      const bob = t.member();
      const session = t.ingest.put(bob.workspaceId, bob.userId, lines);
      await t.ingest.complete(t.bus, session);
      await analysed(t, bob, session);
      return withoutIds(await t.dump(bob.workspaceId));
    }

    test("changes told twice, late and out of order come to the same", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      const first = t.ingest.change(session, Change_Kind.COMPLETED);
      session.generation = 2;
      const second = t.ingest.change(session, Change_Kind.COMPLETED);
      await Promise.all([second, first, second, first].map((change) => t.handleChange(change)));
      await t.handleChange(first);
      await t.startService();
      await analysed(t, ann, session, 2);
      await idle(t);
      const { linesRead } = t.ingest;
      for (const change of [first, second]) await t.handleChange(change);
      await idle(t);
      expect(t.ingest.linesRead).toBe(linesRead);
    });

    test("the same session id in two workspaces is two sessions", async () => {
      const ann = t.member();
      const bob = t.member();
      const sessionId = newId();
      const hers = t.ingest.put(ann.workspaceId, ann.userId, recording(), sessionId);
      const his = t.ingest.put(bob.workspaceId, bob.userId, longRecording(10), sessionId);
      await t.startService();
      await t.ingest.complete(t.bus, hers);
      await t.ingest.complete(t.bus, his);
      expect((await analysed(t, ann, hers)).summary?.visitCount).toBe(4);
      expect((await analysed(t, bob, his)).summary?.visitCount).toBe(1);
      await t.ingest.delete(t.bus, his);
      await eventually(async () => expect(await t.dump(bob.workspaceId)).toBe(""));
      expect((await getAnalysis(t, ann, hers)).state).toBe(AnalysisState.DONE);
    });

    test("a session deleted after its analysis leaves nothing, and the others as they were", async () => {
      const ann = t.member();
      const kept = t.ingest.put(ann.workspaceId, ann.userId, recording());
      await t.startService();
      await t.ingest.complete(t.bus, kept);
      await analysed(t, ann, kept);
      const alone = await t.dump(ann.workspaceId);
      const jobsAlone = await t.client.listSeenJobs({}, ann.options);
      const doomed = t.ingest.put(ann.workspaceId, ann.userId, [...recording(), ...longRecording(20)]);
      await t.ingest.complete(t.bus, doomed);
      await analysed(t, ann, doomed);
      expect(await t.dump(ann.workspaceId)).not.toBe(alone);
      await t.ingest.delete(t.bus, doomed);
      await eventually(async () => expect(await t.dump(ann.workspaceId)).toBe(alone));
      expect(await t.client.listSeenJobs({}, ann.options)).toEqual(jobsAlone);
      expect(await refused(getAnalysis(t, ann, doomed))).toBe("analysis_not_found");
    });

    test("a deletion that is heard of before the completion stands", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      const completed = t.ingest.change(session, Change_Kind.COMPLETED);
      const deleted = t.ingest.change(session, Change_Kind.DELETED);
      await t.handleChange(deleted);
      await Promise.all([t.handleChange(completed), t.handleChange(deleted), t.handleChange(completed)]);
      await t.startService();
      await idle(t);
      expect(await t.dump(ann.workspaceId)).toBe("");
      expect(await refused(t.client.rerunAnalysis({ sessionId: session.sessionId }, ann.options))).toBe(
        "analysis_not_found",
      );
    });

    test("completions and a deletion at the same moment leave nothing", async () => {
      const ann = t.member();
      for (let i = 0; i < 10; i++) {
        const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
        const completed = t.ingest.change(session, Change_Kind.COMPLETED);
        const deleted = t.ingest.change(session, Change_Kind.DELETED);
        const changes = i % 2 === 0 ? [completed, deleted, completed] : [deleted, completed, completed];
        await Promise.all(changes.map((change) => t.handleChange(change)));
      }
      expect(await t.dump(ann.workspaceId)).toBe("");
    });

    test("a session deleted while it is analysed leaves nothing", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(50));
      // Ingest has the stream open still: what keeps the rows away is analysis itself.
      t.ingest.whileReading = async (_, line) => {
        if (line === 25) await t.handleChange(t.ingest.change(session, Change_Kind.DELETED));
      };
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await eventually(() => expect(t.ingest.changes.length).toBe(2));
      await idle(t);
      expect(await t.dump(ann.workspaceId)).toBe("");
      expect(t.ingest.openStreams).toBe(0);
    });

    test("a session that ingest no longer has is dropped before anyone was told", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, longRecording(50));
      t.ingest.whileReading = (_, line) => {
        if (line === 25) session.deleted = true;
      };
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await eventually(() => expect(session.deleted).toBe(true));
      await idle(t);
      expect(await t.dump(ann.workspaceId)).toBe("");
      // The tombstone stands, whatever comes late.
      session.generation = 2;
      await t.handleChange(t.ingest.change(session, Change_Kind.COMPLETED));
      expect(await t.dump(ann.workspaceId)).toBe("");
    });

    test("a session that an ingest set back to a backup does not know is analysed once it is back", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      t.ingest.sessions.clear();
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await eventually(async () => expect(await refused(getAnalysis(t, ann, session))).toBe("analysis_not_found"));
      const again = t.ingest.put(ann.workspaceId, ann.userId, recording(), session.sessionId);
      await t.ingest.complete(t.bus, again);
      await analysed(t, ann, again);
    });

    test("a stream that breaks is read again from the start", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, recording());
      let failures = 0;
      t.ingest.whileReading = (_, line) => {
        if (line === 4 && failures++ === 0) throw new Error("the disk is gone");
      };
      await t.startService();
      await t.ingest.complete(t.bus, session);
      await analysed(t, ann, session);
      expect(failures).toBe(2);
      expect(withoutIds(await t.dump(ann.workspaceId))).toBe(await dumpOfFresh(recording()));
    });

    test("text that the database cannot hold does not stop an analysis", async () => {
      const ann = t.member();
      const lines = [tab("a").meta(0, `https://www.upwork.com/jobs/Nul%00and%EF%BF%BF_${JOB}`), tab("a").move(10)];
      const session = t.ingest.put(ann.workspaceId, ann.userId, lines);
      await t.startService();
      await t.ingest.complete(t.bus, session);
      expect((await analysed(t, ann, session)).summary?.visitCount).toBe(1);
      expect((await t.client.listVisits({ filter: { pageKind: "\0" } }, ann.options)).visits).toEqual([]);
    });

    test("a session without events has an analysis without visits", async () => {
      const ann = t.member();
      const session = t.ingest.put(ann.workspaceId, ann.userId, []);
      await t.startService();
      await t.ingest.complete(t.bus, session);
      expect((await analysed(t, ann, session)).summary).toMatchObject({ eventCount: 0n, visitCount: 0 });
    });
  });
}

function withoutIds(dump: string): string {
  return dump.replaceAll(/"(workspace_id|session_id|user_id)":"[^"]+"/g, '"$1":""');
}
