import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Codec } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { sql } from "kysely";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, eventsIn, openTab, packed, packedText, put, readAll } from "./support/recording.ts";
import { errorOf, reasonFor } from "./support/refusals.ts";
import { allStored, blobFiles } from "./support/stored.ts";

const CANARY = "canary-in-a-coal-mine";
/** The canary as a table, a file or a log may hold it. */
const DISGUISES = [
  CANARY,
  Buffer.from(CANARY).toString("hex"),
  // Base64 of its middle, wherever in a longer text it begins.
  ...[0, 1, 2].map((skip) =>
    Buffer.from(CANARY)
      .subarray(skip, skip + 18)
      .toString("base64"),
  ),
];

let ingest: IngestUnderTest;
let client: IngestClient;
beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(person());
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

describe("what was recorded", () => {
  test("is in no table, no file and no log line, whatever became of it", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0, [event(CANARY)]);
    await client.putChunk({ ...tab, seq: 1n, ...packed([event(CANARY), event(CANARY)], Codec.ZSTD) });
    const failures: (() => Promise<unknown>)[] = [
      () => put(client, tab, 0, [event(`${CANARY} again`)]),
      () => put(client, tab, 500_000, [event(CANARY)]),
      () => client.putChunk({ ...tab, seq: 2n, ...packedText(`[{"${CANARY}`, 1) }),
      () => client.putChunk({ ...tab, seq: 2n, ...packedText(`{"type":"${CANARY}"}`, 1) }),
      () => client.putChunk({ ...tab, seq: 2n, ...packedText(CANARY, 1), codec: Codec.GZIP }),
      () => client.putChunk({ ...tab, sessionId: CANARY, seq: 2n, ...packed([event(CANARY)]) }),
      () => client.createSession({ sessionId: CANARY }),
      () => client.listSessions({ pageToken: CANARY }),
    ];
    for (const failure of failures) await errorOf(failure());
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual([event(CANARY), event(CANARY), event(CANARY)]);

    const { rows } = await allStored(ingest);
    const files = blobFiles(ingest.blobFolder).map((file) => readFileSync(join(ingest.blobFolder, file), "latin1"));
    expect(files.length).toBeGreaterThan(0);
    const places = { tables: JSON.stringify(rows), files: files.join("\n"), log: ingest.logLines.join("\n") };
    for (const [place, text] of Object.entries(places)) {
      for (const disguise of DISGUISES)
        expect({ place, found: text.includes(disguise) }).toEqual({ place, found: false });
    }
  });

  test("is nowhere either when the database fails in the middle", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    const { owner } = ingest.database;
    // The insert fails with an error of PostgreSQL that quotes the row.
    await sql`alter table ingest.chunks add constraint nothing check (false) not valid`.execute(owner);
    expect(await reasonFor(put(client, tab, 1, [event(CANARY)]))).toBe("internal");
    await sql`alter table ingest.chunks drop constraint nothing`.execute(owner);
    const log = ingest.logLines.join("\n");
    expect(log).toContain('"internal"');
    for (const disguise of DISGUISES) expect(log.includes(disguise)).toBe(false);
    await put(client, tab, 1, [event(CANARY)]);
  });

  test("is the same on disk for nobody: two members who record the same store different bytes", async () => {
    const hashes: string[] = [];
    for (const member of [person(), person()]) {
      const tab = await openTab(ingest.as(member));
      await put(ingest.as(member), tab, 0, [event("the same")]);
      const row = ingest.database.owner.selectFrom("chunks").select("hash").where("session_id", "=", tab.sessionId);
      hashes.push((await row.executeTakeFirstOrThrow()).hash.toString("hex"));
    }
    expect(new Set(hashes).size).toBe(2);
  });
});
