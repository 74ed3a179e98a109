import { beforeAll, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import { reasonOf } from "@gigtrail/platform/errors";
import { Dataset, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { chunkOf, putMessage } from "./support/chunks.ts";
import { describeBothWays } from "./support/modes.ts";
import { type Member, signUp } from "./support/people.ts";
import { callJson } from "./support/request.ts";
import { analysed, moves, pageEvents, readEvents, recordSession } from "./support/sessions.ts";

/** Calls that name a session, as JSON. */
const BY_SESSION: readonly (readonly [string, (sessionId: string) => object])[] = [
  ["ingest.v1.IngestService/GetSession", (sessionId) => ({ sessionId })],
  ["ingest.v1.IngestService/GetUploadState", (sessionId) => ({ sessionId })],
  ["ingest.v1.IngestService/FinishSession", (sessionId) => ({ sessionId })],
  ["ingest.v1.IngestService/DeleteSession", (sessionId) => ({ sessionId })],
  ["analysis.v1.AnalysisService/GetAnalysis", (sessionId) => ({ sessionId })],
  ["analysis.v1.AnalysisService/RerunAnalysis", (sessionId) => ({ sessionId })],
  ["analysis.v1.AnalysisService/ListVisits", (sessionId) => ({ filter: { sessionIds: [sessionId] } })],
  ["analysis.v1.AnalysisService/ListSeenJobs", (sessionId) => ({ filter: { sessionId } })],
];

describeBothWays("what belongs to another workspace", (system) => {
  let owner: Member;
  let stranger: Member;
  let sessionId: string;
  let exportId: string;
  beforeAll(async () => {
    owner = await signUp(system().url);
    stranger = await signUp(system().url);
    ({ sessionId } = await recordSession(owner));
    await analysed(owner, sessionId);
    const { export: made } = await owner.exports.createExport({
      spec: { dataset: Dataset.VISITS, format: Format.CSV },
    });
    exportId = made?.exportId ?? "";
    for await (const _ of owner.exports.watchExport({ exportId }));
  });

  const asStranger = (rpc: string, message: object) =>
    callJson(system().url, rpc, message, { token: stranger.accessToken });

  test.each(BY_SESSION)("answers %s as what never was", async (rpc, message) => {
    const [foreign, never] = [await asStranger(rpc, message(sessionId)), await asStranger(rpc, message(newId()))];
    expect([foreign.status, foreign.text]).toEqual([never.status, never.text]);
    expect(foreign.text).not.toContain(sessionId);
  });

  test("answers calls about exports and streams as what never was", async () => {
    const spec = (id: string) => ({ dataset: Dataset.EVENTS, format: Format.NDJSON, sessionIds: [id] });
    const first = (stream: AsyncIterable<unknown>) =>
      stream[Symbol.asyncIterator]()
        .next()
        .then(() => "an answer", reasonOf);
    const attempts: ((session: string, of: string) => Promise<string | undefined>)[] = [
      (session) => first(stranger.ingest.readEvents({ sessionId: session })),
      (session) => first(stranger.exports.streamExport({ spec: spec(session) })),
      (_, of) => first(stranger.exports.watchExport({ exportId: of })),
      (_, of) => first(stranger.exports.readExportFile({ exportId: of })),
      (_, of) => stranger.exports.getExport({ exportId: of }).then(() => "an answer", reasonOf),
    ];
    for (const attempt of attempts) {
      const foreign = await attempt(sessionId, exportId);
      expect(foreign).toBe(await attempt(newId(), newId()));
      expect(foreign).toMatch(/_not_found$/);
    }
  });

  test("does not keep its ids from being used here, for something else", async () => {
    const tabId = newId();
    await stranger.ingest.createSession({ sessionId, displayName: "Mine" });
    const events = [...pageEvents("https://www.upwork.com/nx/search/jobs/?q=mine"), ...moves(1)];
    await stranger.ingest.putChunk(putMessage({ sessionId, tabId }, chunkOf(0, events)));
    expect(await readEvents(stranger, sessionId)).toEqual(events);
    await stranger.ingest.deleteSession({ sessionId });
    expect(await readEvents(owner, sessionId)).toHaveLength(8);
    expect((await owner.analysis.getAnalysis({ sessionId })).analysis?.summary?.visitCount).toBe(1);
  });
});
