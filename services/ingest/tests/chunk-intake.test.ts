import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { reasonOf } from "@gigtrail/platform/errors";
import { newId } from "@gigtrail/platform/ids";
import { Directive_Action } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { MAX_CHUNKS_IN_HAND, THROTTLE_FROM_CHUNKS } from "../limits.ts";
import { beforePut, Gate } from "./support/altered-blobs.ts";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, eventsIn, eventsOf, finish, openTab, put, readAll, type TabName } from "./support/recording.ts";
import { errorOf } from "./support/refusals.ts";
import { allStored } from "./support/stored.ts";

/** Blobs wait here for the test. */
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

/** Uploads all at once, so that they come to the database together. */
async function together(uploads: readonly (() => Promise<unknown>)[]): Promise<PromiseSettledResult<unknown>[]> {
  gate.close();
  const settled = Promise.allSettled(uploads.map((upload) => upload()));
  await eventually(() => expect(gate.waiting).toBe(uploads.length));
  gate.open();
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
    gate.close();
    const settled = Promise.all(uploads.map((upload) => upload().then(() => "stored", reasonOf)));
    await eventually(() => expect(gate.waiting).toBe(uploads.length));
    await client.deleteSession(gone);
    gate.open();
    expect(await settled).toEqual(["stored", "chunk_conflict", "seq_too_far", "session_deleted", "stored", "stored"]);
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

  test("are all stored when the name of one's blob is taken, that one under another name", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    let taken: string | undefined;
    before = async (name) => {
      if (taken !== undefined) return;
      taken = name;
      await ingest.database.owner.insertInto("blobs").values({ name, state: "doomed" }).execute();
    };
    const seqs = [1, 2, 3, 4];
    const settled = await together(seqs.map((seq) => () => put(client, tab, seq)));
    expect(settled.map(({ status }) => status)).toEqual(seqs.map(() => "fulfilled" as const));
    expect(taken).toBeDefined();
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

  test("for more chunks in hand they are refused as server_busy, and the others are told to slow down before", async () => {
    const tab = await openTab(client);
    await put(client, tab, 0);
    gate.close();
    const upload = (seq: number) => put(client, tab, seq);
    const first = Array.from({ length: THROTTLE_FROM_CHUNKS - 1 }, (_, index) => upload(index + 1));
    await eventually(() => expect(gate.waiting).toBe(THROTTLE_FROM_CHUNKS - 1));
    const directive = async () => (await client.getUploadState(tab)).uploadState?.directive;
    expect(await directive()).toMatchObject({ action: Directive_Action.CONTINUE, retryAfterMs: 0n });
    const rest = Array.from({ length: MAX_CHUNKS_IN_HAND - THROTTLE_FROM_CHUNKS + 1 }, (_, index) =>
      upload(THROTTLE_FROM_CHUNKS + index),
    );
    await eventually(() => expect(gate.waiting).toBe(MAX_CHUNKS_IN_HAND));
    expect(await directive()).toMatchObject({
      action: Directive_Action.THROTTLE,
      retryAfterMs: 1_000n,
      reason: "server_busy",
    });
    expect(await errorOf(upload(MAX_CHUNKS_IN_HAND + 1))).toMatchObject({ reason: "server_busy", retryAfterMs: 1_000 });
    gate.open();
    await Promise.all([...first, ...rest]);
    const { uploadState } = await client.getUploadState(tab);
    expect(uploadState?.directive?.action).toBe(Directive_Action.CONTINUE);
    expect(uploadState?.tabs[0]?.durableThrough).toBe(BigInt(MAX_CHUNKS_IN_HAND));
  });
});
