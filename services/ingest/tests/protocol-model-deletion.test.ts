import { afterAll, beforeAll, expect, test } from "bun:test";
import { newId } from "@gigtrail/platform/ids";
import type { Session } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { type Person, person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { contentOf, type ModelledChunk, modelledChunk, TABS } from "./support/protocol/modelled-chunk.ts";
import { readBothWays } from "./support/protocol/modelled-events.ts";
import { finish } from "./support/recording.ts";
import { postgres } from "./support/test-database.ts";

const RUNS = postgres.skip ? 5 : 25;

let ingest: IngestUnderTest;
beforeAll(async () => {
  ingest = await startIngest();
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

/** A recording: the chunks of its three tabs, in the order in which they are sent. */
interface Recording {
  readonly sessionId: string;
  readonly tabIds: readonly string[];
  readonly chunks: readonly ModelledChunk[];
}

/** Sends a recording's chunks from one place on, so that another's may come in between. */
async function send(client: IngestClient, { sessionId, tabIds, chunks }: Recording, from: number, to: number) {
  for (const chunk of chunks.slice(from, to)) {
    const name = { sessionId, tabId: tabIds[chunk.tab] ?? "", seq: BigInt(chunk.seq) };
    // Some are refused, as the model says; here it is the same ones in both workspaces.
    await Promise.allSettled([client.putChunk({ ...name, ...contentOf(chunk) })]);
  }
}

function finishAll(client: IngestClient, { sessionId, tabIds, chunks }: Recording) {
  const ends = chunks
    .filter(({ seq }) => seq < TABS)
    .map(({ tab, seq }) => [tabIds[tab] ?? "", seq] as const)
    .toSorted(([, a], [, b]) => a - b);
  return finish(client, sessionId, Object.fromEntries(ends));
}

/** Everything that a member can read in a workspace but when it was made. */
async function readable(member: Person, { sessionId, tabIds }: Recording) {
  const client = ingest.as(member);
  const { sessions } = await client.listSessions({});
  const { uploadState } = await client.getUploadState({ sessionId });
  return {
    sessions: sessions.map(undated),
    session: undated((await client.getSession({ sessionId })).session),
    tabs: uploadState?.tabs,
    state: uploadState?.state,
    events: await readBothWays(client, sessionId, tabIds),
  };
}

function undated(session: Session | undefined) {
  // Blocks are merged by a job, before or after this.
  return { ...session, createTime: undefined, storedBytes: undefined };
}

const chunks = fc.array(modelledChunk, { maxLength: 14, size: "max" });

test("of two recordings of which one is deleted, the other is as if it had been alone", async () => {
  const property = fc.asyncProperty(chunks, chunks, fc.nat({ max: 14 }), fc.boolean(), async (a, b, cut, isLate) => {
    const tabIds = Array.from({ length: TABS }, newId).toSorted();
    const kept = { sessionId: newId(), tabIds, chunks: a };
    const gone = { sessionId: newId(), tabIds, chunks: b };
    const both = person();
    const alone = person({ userId: both.userId });

    const client = ingest.as(both);
    for (const { sessionId } of [gone, kept]) await client.createSession({ sessionId });
    await Promise.all([send(client, kept, 0, cut), send(client, gone, 0, cut)]);
    if (!isLate) await client.deleteSession(gone);
    await Promise.all([send(client, kept, cut, a.length), send(client, gone, cut, b.length)]);
    await finishAll(client, kept);
    await client.deleteSession(gone);

    const other = ingest.as(alone);
    await other.createSession(kept);
    await send(other, kept, 0, a.length);
    await finishAll(other, kept);
    expect(await readable(both, kept)).toEqual(await readable(alone, kept));
  });
  await fc.assert(property, { numRuns: RUNS });
}, 60_000);
