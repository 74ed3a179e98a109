import { beforeAll, expect, test } from "bun:test";
import type { SampleTab } from "@gigtrail/samples/load-samples";
import { addressKindOf } from "@gigtrail/upwork/page-kind";
import { parseAddress } from "@gigtrail/upwork/address";
import type { Visit } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { describeBothWays, TEST_TIMEOUT_MS } from "./support/modes.ts";
import { type Member, pairDevice, signUp } from "./support/people.ts";
import { differenceBesideMasks } from "./support/same-but-masked.ts";
import { uploadSamples, type UploadedSample } from "./support/samples.ts";
import { readEvents } from "./support/sessions.ts";

/** What a tab says of the addresses that it was at, in its own words. */
function kindsByNavigation({ events }: SampleTab): string[] {
  const urls = events.flatMap((event) =>
    event.type === 5 && event.data.tag === "gt.nav" ? [String(Object(event.data.payload).url)] : [],
  );
  return urls.map((url) => addressKindOf(parseAddress(url)));
}

describeBothWays("the sample sessions", (system) => {
  let member: Member;
  let uploaded: UploadedSample[];
  beforeAll(async () => {
    member = await signUp(system().url);
    uploaded = await uploadSamples(member, await pairDevice(member));
  }, TEST_TIMEOUT_MS);

  async function visitsOf(sessionId: string): Promise<Visit[]> {
    return (await member.analysis.listVisits({ pageSize: 1000, filter: { sessionIds: [sessionId] } })).visits;
  }

  test("are read back as they were sent but for masks, tab by tab", async () => {
    for (const { sample, sessionId } of uploaded) {
      for (const { tabId, events } of sample.tabs) {
        const stored = await readEvents(member, sessionId, tabId);
        expect(differenceBesideMasks(JSON.parse(JSON.stringify(events)), stored)).toBeUndefined();
      }
    }
  });

  test("are read back merged in the order of time", async () => {
    for (const { sample, sessionId } of uploaded) {
      const times: number[] = [];
      const frames = member.ingest.readEvents({ sessionId, order: 2 });
      let text = "";
      for await (const { data } of frames) text += Buffer.from(data).toString();
      for (const line of text.trimEnd().split("\n")) times.push(Number(JSON.parse(line).timestamp));
      expect(times).toHaveLength(sample.tabs.reduce((sum, { events }) => sum + events.length, 0));
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
  });

  test("have a visit for every page that was opened, of the right kind", async () => {
    for (const { sample, sessionId } of uploaded) {
      const visits = await visitsOf(sessionId);
      for (const tab of sample.tabs) {
        const kinds = visits.filter(({ tabId }) => tabId === tab.tabId).map(({ pageKind }) => pageKind);
        expect(kinds).toEqual(kindsByNavigation(tab));
      }
    }
  });

  test("have figures that agree with their visits and jobs", async () => {
    for (const { sample, sessionId } of uploaded) {
      const { analysis } = await member.analysis.getAnalysis({ sessionId });
      const visits = await visitsOf(sessionId);
      const { jobs } = await member.analysis.listSeenJobs({ pageSize: 1000, filter: { sessionId } });
      expect(analysis?.state).toBe(AnalysisState.DONE);
      expect(analysis?.percent).toBe(100);
      expect(analysis?.summary).toMatchObject({
        eventCount: BigInt(sample.tabs.reduce((sum, { events }) => sum + events.length, 0)),
        unusableEvents: 0n,
        visitCount: visits.length,
        jobCount: jobs.length,
      });
      const seconds = visits.reduce((sum, { activeTime }) => sum + Number(activeTime?.seconds ?? 0), 0);
      expect(Math.abs(seconds - Number(analysis?.summary?.activeTime?.seconds))).toBeLessThanOrEqual(visits.length);
    }
  });

  test("tell which jobs were applied for, and under which words", async () => {
    const { jobs } = await member.analysis.listSeenJobs({ pageSize: 1000 });
    const applied = jobs.filter(({ applicationFormSeen }) => applicationFormSeen);
    expect(applied.map(({ jobKey }) => jobKey).toSorted()).toEqual(
      [...new Set(applied.map(({ jobKey }) => jobKey))].toSorted(),
    );
    expect(applied).toHaveLength(3);
    expect(jobs.map(({ titleWords }) => titleWords)).toContain("React dashboard for a small harbour");
  });

  test("give the same results page by page as at once", async () => {
    const whole = await member.analysis.listVisits({ pageSize: 1000 });
    const paged: Visit[] = [];
    let pageToken = "";
    do {
      const page = await member.analysis.listVisits({ pageSize: 7, pageToken });
      paged.push(...page.visits);
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(paged).toEqual(whole.visits);
  });
});
