import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { newId } from "@gigtrail/platform/ids";
import { chunkEvents } from "@gigtrail/recorder/core/chunk-events";
import { createFetchPort } from "@gigtrail/recorder/core/fetch-port";
import { uploadSession } from "@gigtrail/recorder/core/upload-session";
import { eventually } from "@gigtrail/test-servers/eventually";
import { bootDistributed, DISTRIBUTED_NEEDS, type DistributedSystem } from "./support/distributed.ts";
import { BOOT_TIMEOUT_MS } from "./support/modes.ts";
import { type Member, signUp } from "./support/people.ts";
import { moves, pageEvents, readEvents, recordSession } from "./support/sessions.ts";

/** A killed worker's job is taken up by the next one when its lease has ended, after 30 seconds. */
const LEASE_PATIENCE_MS = 90_000;

setDefaultTimeout(2 * LEASE_PATIENCE_MS);

describe.skipIf(DISTRIBUTED_NEEDS.skip)(DISTRIBUTED_NEEDS.title("five processes of which some are killed"), () => {
  let system: DistributedSystem;
  let member: Member;
  beforeAll(async () => {
    system = await bootDistributed();
    member = await signUp(system.url);
  }, BOOT_TIMEOUT_MS);
  afterAll(async () => {
    await system?.stop();
    await system?.nats.stop();
  });

  async function kill(...names: ("ingest" | "analysis")[]): Promise<void> {
    await Promise.all(
      names.map((name) => {
        system.processes[name].kill("SIGKILL");
        return system.processes[name].exited;
      }),
    );
  }

  async function expectAnalysed(sessionIds: readonly string[]): Promise<void> {
    await eventually(async () => {
      const states = await Promise.all(
        sessionIds.map(async (sessionId) => (await member.analysis.getAnalysis({ sessionId })).analysis?.state),
      );
      expect(states).toEqual(sessionIds.map(() => AnalysisState.DONE));
    }, LEASE_PATIENCE_MS);
  }

  test("keep what was acknowledged when ingest is killed in the middle of an upload, which goes on", async () => {
    const [sessionId, tabId] = [newId(), newId()];
    const events = [...pageEvents(), ...moves(1_200)];
    const port = createFetchPort({ baseUrl: system.url, accessToken: async () => member.accessToken });
    let killing: Promise<void> | undefined;
    const outcome = await uploadSession(
      port,
      { sessionId, displayName: "", tabs: [{ tabId, chunks: chunkEvents(events, { maxEvents: 4 }) }] },
      {
        onProgress: ({ chunks }) => {
          if (chunks === 60) killing = kill("ingest").then(() => system.restart("ingest"));
        },
      },
    );
    await killing;
    expect(killing).toBeDefined();
    expect(outcome.state.complete).toBe(true);
    expect(await readEvents(member, sessionId)).toEqual(events);
    await expectAnalysed([sessionId]);
  });

  test("complete every analysis when analysis and ingest are killed in the middle of the work", async () => {
    const sessionIds: string[] = [];
    for (let times = 0; times < 12; times += 1) sessionIds.push((await recordSession(member)).sessionId);
    await kill("analysis", "ingest");
    await system.restart("analysis", "ingest");
    await expectAnalysed(sessionIds);
    for (const sessionId of sessionIds) expect(await readEvents(member, sessionId)).toHaveLength(8);
  });

  test("complete the analysis of what the broker has forgotten", async () => {
    await kill("analysis");
    // Told to the broker, which keeps it for nobody yet, and then loses everything.
    const forgotten = await recordSession(member);
    await system.nats.kill();
    system.nats.emptyStore();
    await system.nats.start();
    await system.restart("analysis");
    await expectAnalysed([forgotten.sessionId]);
  });

  test("take recordings while the broker is away, and analyse them when it is back", async () => {
    await system.nats.kill();
    const { sessionId } = await recordSession(member);
    expect(await readEvents(member, sessionId)).toHaveLength(8);
    expect((await fetch(`${system.url}/healthz/ready`)).status).toBe(503);
    system.nats.emptyStore();
    await system.nats.start();
    const { sessionId: later } = await recordSession(member);
    await eventually(
      async () => expect((await fetch(`${system.url}/healthz/ready`)).status).toBe(200),
      LEASE_PATIENCE_MS,
    );
    await kill("analysis");
    await system.restart("analysis");
    await expectAnalysed([sessionId, later]);
  });
});
