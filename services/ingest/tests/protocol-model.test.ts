import { afterAll, beforeAll, describe, test } from "bun:test";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import * as fc from "fast-check";
import { type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { type Round, rounds } from "./support/protocol/acts.ts";
import { RoundPlayer } from "./support/protocol/play-rounds.ts";
import { openTestDatabase, postgres, type TestDatabase } from "./support/test-database.ts";
import { createTempFolder, type TempFolder } from "@gigtrail/test-servers/temp-folder";

/** Each example is some 20 calls and several transactions to compare, of which PGlite does some hundred a second. */
const RUNS = postgres.skip ? 5 : 20;
/** A search for a smaller example ends after this, in milliseconds; each one starts the service anew. */
const MOST_MS = 90_000;
const BEGIN: Round = {
  kind: "calls",
  calls: [{ kind: "alone", act: { kind: "create", session: 0 }, isLoud: false }],
};

let database: TestDatabase;
let blobs: TempFolder;
let ingest: IngestUnderTest | undefined;
beforeAll(async () => {
  database = await openTestDatabase();
  blobs = createTempFolder();
  await restart();
}, START_TIMEOUT_MS);
afterAll(async () => {
  await ingest?.stop();
  await database?.stop();
});

async function restart(): Promise<IngestUnderTest> {
  await ingest?.stop();
  return (ingest = await startIngest({ database, blobFolder: blobs.path }));
}

describe("whatever clients do with two sessions, and whatever happens to the service meanwhile,", () => {
  test.each([
    ["one call after the other: each is answered as the contract says", 1],
    ["several calls at once: some order of them explains every answer", 4],
  ])(
    "%s",
    async (_, atOnce) => {
      const property = fc.asyncProperty(rounds(atOnce), async (all) => {
        const player = new RoundPlayer(ingest ?? (await restart()), restart);
        for (const round of [BEGIN, ...all]) await player.play(round);
        await player.compareAll();
      });
      await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: MOST_MS });
    },
    120_000,
  );
});
