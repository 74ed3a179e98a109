import { afterAll, beforeAll, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { Role } from "@gigtrail/proto/gen/gigtrail/common/v1/access_pb";
import type { LiveEvent } from "@gigtrail/proto/gen/gigtrail/event/v1/live_event_pb";
import { Dataset, ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { chunkOf, newPlace, putMessage } from "./support/chunks.ts";
import { clientsOf } from "./support/clients.ts";
import { type LiveStream, openLive } from "./support/live.ts";
import { describeBothWays } from "./support/modes.ts";
import { invite, type Member, signUp } from "./support/people.ts";
import { analysed, pageEvents, recordSession } from "./support/sessions.ts";
import { openTokenMaker } from "./support/tokens.ts";

/** What a stream has told of a session, in short words. */
function told({ events }: LiveStream, id: string): string[] {
  return events.flatMap(({ change }: LiveEvent) => {
    switch (change.case) {
      case "uploadState":
        return change.value.sessionId === id ? [`upload ${SessionState[change.value.state]}`] : [];
      case "analysis":
        return change.value.sessionId === id ? [`analysis ${AnalysisState[change.value.state]}`] : [];
      case "export":
        return change.value.exportId === id ? [`export ${ExportState[change.value.state]}`] : [];
      default:
        return [];
    }
  });
}

describeBothWays("live progress", (system) => {
  const open: LiveStream[] = [];
  let owner: Member;
  let member: Member;
  let colleague: Member;
  let stranger: Member;
  beforeAll(async () => {
    owner = await signUp(system().url);
    member = await invite(owner);
    colleague = await invite(owner, Role.MEMBER);
    stranger = await signUp(system().url);
  });
  afterAll(() => open.forEach((stream) => stream.close()));

  async function watch(who: Member): Promise<LiveStream> {
    const stream = await openLive(system().url, who.accessToken);
    open.push(stream);
    return stream;
  }

  test("is told to whoever recorded it and to the owner, and to nobody else", async () => {
    const streams = await Promise.all([owner, member, colleague, stranger].map(watch));
    const [byOwner, byMember, byColleague, byStranger] = streams;
    if (!byOwner || !byMember || !byColleague || !byStranger) throw new Error("a stream is missing");
    const { sessionId } = await recordSession(member);
    await eventually(() => {
      for (const stream of [byOwner, byMember]) {
        const words = told(stream, sessionId);
        expect(words[0]).toBe("upload RECORDING");
        expect(words).toContain("upload COMPLETE");
        expect(words.at(-1)).toBe("analysis DONE");
      }
    });
    // Whatever else was on its way has come by the time that a session of their own is through.
    const ownSessions = [colleague, stranger].map((who) => recordSession(who));
    for (const [at, stream] of [byColleague, byStranger].entries()) {
      const own = (await ownSessions[at])?.sessionId ?? "";
      await eventually(() => expect(told(stream, own).at(-1)).toBe("analysis DONE"));
      expect(told(stream, sessionId)).toEqual([]);
      expect(new Set(stream.events.map(({ userId }) => userId))).toEqual(
        new Set([[colleague, stranger][at]?.userId ?? ""]),
      );
    }
    expect(byMember.events.every(({ userId }) => userId === member.userId)).toBe(true);
    expect(byOwner.events.every(({ workspaceId }) => workspaceId === owner.workspaceId)).toBe(true);
  });

  test("begins with how things stand", async () => {
    const done = await recordSession(member);
    await analysed(member, done.sessionId);
    const recording = newPlace();
    await member.ingest.createSession({ sessionId: recording.sessionId });
    await member.ingest.putChunk(putMessage(recording, chunkOf(0, pageEvents())));
    const spec = { dataset: Dataset.SESSIONS, format: Format.CSV };
    const { export: made } = await member.exports.createExport({ spec });
    for await (const _ of member.exports.watchExport({ exportId: made?.exportId ?? "" }));
    const [late, byOwner, byColleague] = [await watch(member), await watch(owner), await watch(colleague)];
    await eventually(() => {
      expect(told(late, done.sessionId)).toEqual(["analysis DONE"]);
      expect(told(late, recording.sessionId)).toEqual(["upload RECORDING"]);
      expect(told(late, made?.exportId ?? "")).toEqual(["export DONE"]);
      expect(told(byOwner, done.sessionId)).toEqual(["analysis DONE"]);
    });
    await eventually(() => expect(byColleague.events.length).toBeGreaterThan(0));
    expect(told(byColleague, done.sessionId)).toEqual([]);
    // Exports are their own's alone, as in every list of them.
    expect(told(byOwner, made?.exportId ?? "")).toEqual([]);
  });

  test("of an export is told to whoever asked for it alone", async () => {
    const [byMember, byOwner] = [await watch(member), await watch(owner)];
    const { export: made } = await member.exports.createExport({
      spec: { dataset: Dataset.VISITS, format: Format.NDJSON },
    });
    const exportId = made?.exportId ?? "";
    await eventually(() => expect(told(byMember, exportId).at(-1)).toBe("export DONE"));
    const { sessionId } = await recordSession(owner);
    await eventually(() => expect(told(byOwner, sessionId).at(-1)).toBe("analysis DONE"));
    expect(told(byOwner, exportId)).toEqual([]);
  });

  test("of one analysis begins before it is complete and ends after DONE", async () => {
    const place = newPlace();
    await member.ingest.createSession({ sessionId: place.sessionId });
    const watching = analysed(member, place.sessionId);
    const byOwner = analysed(owner, place.sessionId);
    await recordSession(member, place);
    expect((await watching).summary?.visitCount).toBe(1);
    expect((await byOwner).state).toBe(AnalysisState.DONE);
    // Once more: it is over, so the stream ends at once.
    expect((await analysed(member, place.sessionId)).state).toBe(AnalysisState.DONE);
  });

  test("of one export ends after DONE, and is nobody else's", async () => {
    const { export: made } = await member.exports.createExport({
      spec: { dataset: Dataset.EVENTS, format: Format.CSV },
    });
    const exportId = made?.exportId ?? "";
    const states: ExportState[] = [];
    for await (const { export: state } of member.exports.watchExport({ exportId })) if (state) states.push(state.state);
    expect(states.at(-1)).toBe(ExportState.DONE);
    for (const who of [owner, colleague, stranger]) {
      const first = who.exports.watchExport({ exportId })[Symbol.asyncIterator]().next();
      expect(await first.then(() => "", reasonOf)).toBe("export_not_found");
    }
  });

  test("stays open with nothing to say, and ends with the token", async () => {
    const { url } = system();
    const make = await openTokenMaker(system());
    const place = newPlace();
    await stranger.ingest.createSession({ sessionId: place.sessionId });
    const quiet = await watch(stranger);
    const short = await openLive(url, await make(stranger, { expiresInS: 3 }));
    const client = clientsOf(url, await make(stranger, { expiresInS: 3 }));
    const ofAnalysis = analysed(client, place.sessionId).then(() => "", reasonOf);
    expect(await short.ended).toBe('{"reason":"token_expired"}');
    expect(await ofAnalysis).toBe("token_expired");
    await eventually(() => expect(quiet.comments).toContain("heartbeat"));
  });
});
