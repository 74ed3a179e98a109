import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import { Database } from "@gigtrail/platform/db/database";
import { openPool } from "@gigtrail/platform/db/postgres";
import { reasonOf } from "@gigtrail/platform/errors";
import { sql } from "kysely";
import { newId } from "@gigtrail/platform/ids";
import { createLog } from "@gigtrail/platform/log";
import { Directive_Action } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { packOfName } from "../blocks/pack.ts";
import { ChunkIntake } from "../chunks/chunk-intake.ts";
import type { IngestSchema } from "../db/schema.ts";
import { SessionKeyCache } from "../keys/session-key-cache.ts";
import { SessionKeys } from "../keys/session-keys.ts";
import { MAX_CHUNKS_IN_HAND, THROTTLE_FROM_CHUNKS } from "../limits.ts";
import { ChunkPreparer } from "../preparing/chunk-preparer.ts";
import { directiveFor } from "../sessions/directive.ts";
import { beforePut, Gate } from "./support/altered-blobs.ts";
import { ampleRoom } from "./support/ample-room.ts";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, MASTER_KEY, startIngest } from "./support/ingest-under-test.ts";
import { event, eventsIn, eventsOf, finish, openTab, packed, put, readAll, type TabName } from "./support/recording.ts";
import { errorOf } from "./support/refusals.ts";
import { allStored } from "./support/stored.ts";

/** Within this, uploads that were begun have come as far as to wait for their pack; if not, they go into two. */
const GATHER_MS = 300;
/** Packs wait here for the test. */
const gate = new Gate();
/** What happens before a blob is written. */
let before: (name: string) => void | Promise<void> = () => undefined;
let ingest: IngestUnderTest;
const alice = person();
let client: IngestClient;

beforeAll(async () => {
  const blobs: Parameters<typeof startIngest>[0] = {
    blobs: (folder) =>
      beforePut(folder, async (name) => {
        await before(name);
        await gate.pass();
      }),
  };
  ingest = await startIngest(blobs);
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
beforeEach(() => {
  before = () => undefined;
});
afterAll(() => ingest?.stop());

/**
 * Uploads all at once while a pack is being written, so that they make up the next one together. What `meanwhile` does
 * comes before that one is written.
 */
async function together(
  uploads: readonly (() => Promise<unknown>)[],
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<PromiseSettledResult<unknown>[]> {
  const other = await openTab(client);
  gate.close();
  const first = put(client, other, 0);
  await eventually(() => expect(gate.waiting).toBe(1));
  const settled = Promise.allSettled(uploads.map((upload) => upload()));
  await Bun.sleep(GATHER_MS);
  await meanwhile();
  gate.open();
  await first;
  return settled;
}

async function readBack({ sessionId }: TabName): Promise<unknown[]> {
  return eventsIn(await readAll(client, sessionId));
}

describe("chunks that arrive together", () => {
  test("are stored, whatever is wrong with others of them", async () => {
    const tab = await openTab(client);
    const conflicting = await openTab(client);
    await put(client, tab, 0);
    await put(client, conflicting, 0);
    const stranger = person({ workspaceId: alice.workspaceId });
    const strange = await openTab(ingest.as(stranger));
    const gone = await openTab(client);
    await put(client, gone, 0);
    const uploads = [
      () => put(client, tab, 1),
      () => put(client, conflicting, 0, [event("other bytes")]),
      () => put(client, tab, 500_000),
      () => put(client, gone, 1),
      () => put(ingest.as(stranger), strange, 0),
      () => put(client, tab, 2),
    ];
    const outcomes: unknown[] = [];
    const noted = uploads.map((upload, index) => async () => {
      outcomes[index] = await upload().then(() => "stored", reasonOf);
    });
    await together(noted, () => client.deleteSession(gone));
    expect(outcomes).toEqual(["stored", "chunk_conflict", "seq_too_far", "session_deleted", "stored", "stored"]);
    expect(await readBack(tab)).toEqual([0, 1, 2].flatMap((seq) => eventsOf(tab, seq)));
    expect(eventsIn(await readAll(ingest.as(stranger), strange.sessionId))).toEqual(eventsOf(strange, 0));
  });

  test("have room for their tabs, whatever tabs the refused ones name", async () => {
    const full = await openTab(client);
    await finish(client, full.sessionId, Object.fromEntries(Array.from({ length: 499 }, () => [newId(), 0])));
    const tabs = Array.from({ length: 5 }, () => ({ ...full, tabId: newId() }));
    const uploads = [...tabs.map((tab) => () => put(client, tab, 500_000)), () => put(client, full, 0)];
    const settled = await together(uploads);
    expect(settled.map(({ status }) => status)).toEqual([...tabs.map(() => "rejected" as const), "fulfilled"]);
  });

  test("are all stored when the sweep has taken their pack, in another one", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    const packs: string[] = [];
    before = async (name) => {
      packs.push(packOfName(name) ?? "");
      const taken = { pack_id: packs.at(-1) ?? "", state: "doomed" as const, live_blocks: 0 };
      // The first is that of the chunk that the others wait for.
      if (packs.length === 2) await ingest.database.owner.insertInto("packs").values(taken).execute();
    };
    const seqs = [1, 2, 3, 4];
    const settled = await together(seqs.map((seq) => () => put(client, tab, seq)));
    expect(settled.map(({ status }) => status)).toEqual(seqs.map(() => "fulfilled" as const));
    expect(packs.length).toBeGreaterThanOrEqual(3);
    expect(await readBack(tab)).toEqual([0, ...seqs].flatMap((seq) => eventsOf(tab, seq)));
  });
});

describe("when there is no room", () => {
  test.each(["ENOSPC", "EDQUOT"])(
    "on the disk (%s) a chunk is refused as storage_full and nothing stored",
    async (code) => {
      const tab = await openTab(client);
      await put(client, tab, 0);
      const stored = await allStored(ingest);
      before = () => {
        throw Object.assign(new Error("no space left on device"), { code });
      };
      const refused = await errorOf(put(client, tab, 1));
      expect(refused).toMatchObject({ reason: "storage_full", retryAfterMs: 60_000 });
      expect(await allStored(ingest)).toEqual(stored);
      before = () => undefined;
      await put(client, tab, 1);
      expect(await readBack(tab)).toEqual([0, 1].flatMap((seq) => eventsOf(tab, seq)));
    },
  );

  test("in the database a chunk is refused as storage_full, also one that would complete its session", async () => {
    const tab = await openTab(client);
    await finish(client, tab.sessionId, { [tab.tabId]: 0 });
    const { owner } = ingest.database;
    await sql`
      create function ingest.no_room() returns trigger language plpgsql as
        $$ begin raise exception 'no room' using errcode = '53100'; end $$`.execute(owner);
    await sql`create trigger no_room before insert on ingest.chunks execute function ingest.no_room()`.execute(owner);
    expect(await errorOf(put(client, tab, 0))).toMatchObject({ reason: "storage_full" });
    await sql`drop function ingest.no_room cascade`.execute(owner);
    await put(client, tab, 0);
    expect(await readBack(tab)).toEqual(eventsOf(tab, 0));
  });

  test("for more chunks in hand they are refused as server_busy, and the others are told to slow down before", async () => {
    const tab = await openTab(client);
    const { workspaceId, userId } = alice;
    const pool = openPool<IngestSchema>(ingest.database.surroundings.address, createLog("test", "silent"), 2);
    const db = new Database(pool, "ingest");
    const keys = new SessionKeyCache(new SessionKeys(MasterKey.parse(MASTER_KEY).derive("ingest/workspace-keys")));
    const guard = ampleRoom();
    const intake = new ChunkIntake({ db, blobs: ingest.blobs, keys, preparer: new ChunkPreparer(), guard });
    const upload = (seq: number) =>
      intake.store({
        ...tab,
        ...packed(eventsOf(tab, seq)),
        workspaceId,
        userId,
        seq,
        droppedEvents: 0,
        clientSentTime: undefined,
        receiveTime: new Date(),
      });
    gate.close();
    const first = Array.from({ length: THROTTLE_FROM_CHUNKS - 1 }, (_, seq) => upload(seq));
    expect([intake.inHand, intake.throttleMs]).toEqual([THROTTLE_FROM_CHUNKS - 1, 0]);
    const rest = Array.from({ length: MAX_CHUNKS_IN_HAND - THROTTLE_FROM_CHUNKS + 1 }, (_, index) =>
      upload(THROTTLE_FROM_CHUNKS - 1 + index),
    );
    expect(intake.inHand).toBe(MAX_CHUNKS_IN_HAND);
    expect(await directiveFor({ guard, intake }, workspaceId)).toMatchObject({
      action: Directive_Action.THROTTLE,
      retryAfterMs: 1_000n,
      reason: "server_busy",
    });
    expect(await errorOf(upload(MAX_CHUNKS_IN_HAND))).toMatchObject({ reason: "server_busy", retryAfterMs: 1_000 });
    gate.open();
    await Promise.all([...first, ...rest]);
    const { action } = await directiveFor({ guard, intake }, workspaceId);
    expect([intake.inHand, action]).toEqual([0, Directive_Action.CONTINUE]);
    const { uploadState } = await client.getUploadState(tab);
    expect(uploadState?.tabs[0]?.durableThrough).toBe(BigInt(MAX_CHUNKS_IN_HAND - 1));
    await db.close();
  });
});
