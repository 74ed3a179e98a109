import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { newId } from "@gigtrail/platform/ids";
import { type PostgresServer, startPostgres } from "@gigtrail/test-servers/postgres";
import { requirement } from "@gigtrail/test-servers/requirement";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { type Person, person } from "./support/callers.ts";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { eventsOf, openSession, put, readAll } from "./support/recording.ts";
import { toTestDatabase, type TestDatabase } from "./support/test-database.ts";

const PROCESS = join(import.meta.dir, "support/recording-process.ts");
/** Every process is killed after this many acknowledgements. */
const ACKNOWLEDGED_BEFORE_KILL = [1, 2, 5, 40];
const TABS = 8;

const own = requirement("own postgresql");

describe.skipIf(own.skip)(own.title("every acknowledged chunk can be read back after"), () => {
  let server: PostgresServer;
  let database: TestDatabase;
  let ingest: IngestUnderTest;
  let url: string;
  const alice: Person = person();
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    database = toTestDatabase({ address: { url }, embedded: false, migrate: true }, async () => undefined);
    ingest = await startIngest({ database });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await ingest?.stop();
    await database?.stop();
    await server?.stop();
  });

  /** Lets a process of its own record until so many chunks are acknowledged, kills something, and names those chunks. */
  async function recordUntil(acknowledged: number, sessionId: string, tabIds: string[], kill: () => Promise<unknown>) {
    const who = [alice.workspaceId, alice.userId, sessionId];
    const child = Bun.spawn([process.execPath, PROCESS, url, ingest.blobFolder, ...who, ...tabIds], { stderr: "pipe" });
    const reader = child.stdout.getReader();
    let text = "";
    const read = async () => {
      const { value, done } = await reader.read();
      text += Buffer.from(value ?? []).toString();
      return done;
    };
    while (text.split("\n").length <= acknowledged) {
      if (await read()) throw new Error(`the process ended: ${await new Response(child.stderr).text()}`);
    }
    await kill();
    child.kill("SIGKILL");
    while (!(await read()));
    await child.exited;
    // The last line may be cut.
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => line.split(" ") as [tabId: string, seq: string]);
  }

  async function expectAllThere(sessionId: string, acknowledged: readonly [string, string][]): Promise<void> {
    const read = await readAll(ingest.as(alice), sessionId);
    const found = new Map(read.map((line) => [`${line.tabId} ${line.seq}`, line.event]));
    for (const [tabId, seq] of acknowledged) {
      expect(found.get(`${tabId} ${seq}`)).toEqual(eventsOf({ sessionId, tabId }, Number(seq))[0]);
    }
  }

  test.each(ACKNOWLEDGED_BEFORE_KILL)(
    "the service is killed right after %d of them",
    async (count) => {
      const sessionId = await openSession(ingest.as(alice));
      const tabIds = Array.from({ length: TABS }, newId);
      const child = await recordUntil(count, sessionId, tabIds, async () => undefined);
      expect(child.length).toBeGreaterThanOrEqual(count);
      await expectAllThere(sessionId, child);
      // And the session goes on as if nothing had happened: what was stored without an answer is a duplicate.
      for (const tabId of tabIds) {
        for (const seq of [0, 1, 2]) await put(ingest.as(alice), { sessionId, tabId }, seq);
      }
    },
    30_000,
  );

  test(
    "the service and PostgreSQL are both killed in the middle",
    async () => {
      const sessionId = await openSession(ingest.as(alice));
      const acknowledged = await recordUntil(30, sessionId, Array.from({ length: TABS }, newId), () => server.kill());
      await server.start();
      await expectAllThere(sessionId, acknowledged);
    },
    START_TIMEOUT_MS,
  );

  test(
    "PostgreSQL is killed under a service that goes on",
    async () => {
      const sessionId = await openSession(ingest.as(alice));
      const tab = { sessionId, tabId: newId() };
      const client = ingest.as(alice);
      await put(client, tab, 0);
      const uploads = [1, 2, 3, 4, 5, 6].map((seq) =>
        put(client, tab, seq).then(
          () => seq,
          () => undefined,
        ),
      );
      await server.kill();
      const acknowledged = (await Promise.all(uploads)).filter((seq) => seq !== undefined);
      await server.start();
      await expectAllThere(
        sessionId,
        [0, ...acknowledged].map((seq) => [tab.tabId, String(seq)]),
      );
      for (const seq of [1, 2, 3, 4, 5, 6]) await put(client, tab, seq);
      expect(await readAll(client, sessionId)).toHaveLength(7);
    },
    START_TIMEOUT_MS,
  );
});
