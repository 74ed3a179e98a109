import { beforeAll, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { Dataset, ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { chunkOf, newPlace, putJson, putRaw } from "./support/chunks.ts";
import { describeBothWays } from "./support/modes.ts";
import { type Member, signUp } from "./support/people.ts";
import { ask, callJson, expectRefusal } from "./support/request.ts";
import { analysed, moves, recordSession } from "./support/sessions.ts";

describeBothWays("deleting a session", (system) => {
  let member: Member;
  beforeAll(async () => {
    member = await signUp(system().url);
  });

  const call = (rpc: string, message: object) => callJson(system().url, rpc, message, { token: member.accessToken });

  async function exported(sessionIds: string[], dataset = Dataset.EVENTS) {
    const { export: queued } = await member.exports.createExport({
      spec: { dataset, format: Format.NDJSON, sessionIds },
      requestId: newId(),
    });
    let last = queued;
    for await (const { export: state } of member.exports.watchExport({ exportId: queued?.exportId ?? "" })) {
      last = state ?? last;
    }
    return last;
  }

  test("removes what was recorded, what was made of it and what was exported of it", async () => {
    const kept = await recordSession(member);
    const gone = await recordSession(member, newPlace(), "https://www.upwork.com/jobs/~021950000000000000777");
    for (const { sessionId } of [kept, gone]) await analysed(member, sessionId);
    const file = await exported([gone.sessionId]);
    const both = await exported([], Dataset.VISITS);
    const fileOfKept = await exported([kept.sessionId]);
    expect([file?.state, both?.state, fileOfKept?.state]).toEqual(Array(3).fill(ExportState.DONE));

    await member.ingest.deleteSession({ sessionId: gone.sessionId });

    const { sessionId } = gone;
    expectRefusal(await call("ingest.v1.IngestService/GetSession", { sessionId }), "session_deleted", 404);
    expectRefusal(await call("ingest.v1.IngestService/GetUploadState", { sessionId }), "session_deleted", 404);
    await expect(member.ingest.readEvents({ sessionId })[Symbol.asyncIterator]().next()).rejects.toThrow(/deleted/);
    const { sessions } = await member.ingest.listSessions({});
    expect(sessions.map((session) => session.sessionId)).toEqual([kept.sessionId]);
    await eventually(async () => {
      expectRefusal(await call("analysis.v1.AnalysisService/GetAnalysis", { sessionId }), "analysis_not_found", 404);
    });
    const { visits } = await member.analysis.listVisits({});
    expect(visits.map((visit) => visit.sessionId)).toEqual([kept.sessionId]);
    const { jobs } = await member.analysis.listSeenJobs({});
    expect(jobs.map(({ jobKey }) => jobKey)).toEqual(["~021950000000000000001"]);
    await eventually(async () => {
      for (const made of [file, both]) {
        const answer = await ask(`${system().url}/v1/exports/${made?.exportId}/file`, { token: member.accessToken });
        expectRefusal(answer, "export_not_ready", 400);
        const { export: failed } = await member.exports.getExport({ exportId: made?.exportId ?? "" });
        expect(failed).toMatchObject({ state: ExportState.FAILED, errorReason: "session_deleted" });
      }
    });
    const still = await ask(system().url + (fileOfKept?.downloadPath ?? ""), { token: member.accessToken });
    expect(still.status).toBe(200);
  });

  test("keeps its id from being used again, by anybody and for ever", async () => {
    const { sessionId, tabId } = await recordSession(member);
    await member.ingest.deleteSession({ sessionId });
    await member.ingest.deleteSession({ sessionId });
    const { url } = system();
    expectRefusal(await call("ingest.v1.IngestService/CreateSession", { sessionId }), "session_deleted", 404);
    const late = chunkOf(2, moves(2));
    expectRefusal(await putRaw(url, member.accessToken, { sessionId, tabId }, late), "session_deleted", 404);
    expectRefusal(await putJson(url, member.accessToken, { sessionId, tabId }, late), "session_deleted", 404);
    const finish = { sessionId, tabs: [{ tabId, lastSeq: 2 }] };
    expectRefusal(await call("ingest.v1.IngestService/FinishSession", finish), "session_deleted", 404);
    const stream = member.exports.streamExport({ spec: { dataset: 3, format: 1, sessionIds: [sessionId] } });
    await expect(Array.fromAsync(stream)).rejects.toThrow();
  });

  test("leaves what is derived from the others as if the deleted one had never been", async () => {
    const alone = await signUp(system().url);
    const together = await signUp(system().url);
    const first = newPlace();
    await recordSession(alone, first);
    await recordSession(together, first);
    const second = await recordSession(together, newPlace(), "https://www.upwork.com/nx/search/jobs/?q=writing");
    for (const [by, sessionId] of [
      [alone, first.sessionId],
      [together, first.sessionId],
      [together, second.sessionId],
    ] as const) {
      await analysed(by, sessionId);
    }
    await together.ingest.deleteSession({ sessionId: second.sessionId });
    await eventually(async () => {
      const [a, b] = await Promise.all([alone, together].map(derived));
      expect(b).toEqual(a ?? {});
    });
  });
});

async function derived(member: Member): Promise<object> {
  const [visits, jobs] = await Promise.all([member.analysis.listVisits({}), member.analysis.listSeenJobs({})]);
  return { visits: visits.visits, jobs: jobs.jobs };
}
