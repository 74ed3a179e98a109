import { expect } from "bun:test";
import { type Analysis, AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { sql } from "kysely";
import type { FakeSession } from "./fake-ingest.ts";
import type { Member, TestAnalysis } from "./test-analysis.ts";

/** How the analysis of a session stands. */
export async function getAnalysis(t: TestAnalysis, who: Member, { sessionId }: FakeSession): Promise<Analysis> {
  const { analysis } = await t.client.getAnalysis({ sessionId }, who.options);
  if (analysis === undefined) throw new Error("no analysis in the answer");
  return analysis;
}

/** Waits until a generation of a session is analysed. */
export function analysed(t: TestAnalysis, who: Member, session: FakeSession, generation = 1): Promise<Analysis> {
  return eventually(async () => {
    const analysis = await getAnalysis(t, who, session);
    expect(analysis).toMatchObject({ state: AnalysisState.DONE, generation });
    return analysis;
  });
}

/** Waits until no worker has anything to do. */
export function idle(t: TestAnalysis): Promise<void> {
  return eventually(async () => {
    const unfinished = await t.sql(sql`select 1 from analysis.jobs where state in ('queued', 'running')`);
    expect(unfinished).toEqual([]);
  });
}
