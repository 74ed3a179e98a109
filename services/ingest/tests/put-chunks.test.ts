import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { newId } from "@gigtrail/platform/ids";
import {
  type ChunkResult,
  Codec,
  type PutChunkRequestSchema,
  PutChunkResponse_Outcome,
} from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { START_TIMEOUT_MS } from "@gigtrail/test-servers/server-program";
import { person } from "./support/callers.ts";
import { type IngestClient, type IngestUnderTest, startIngest } from "./support/ingest-under-test.ts";
import { event, eventsIn, eventsOf, openTab, packed, put, readAll, type TabName } from "./support/recording.ts";
import { reasonFor } from "./support/refusals.ts";

type Chunk = MessageInitShape<typeof PutChunkRequestSchema>;

let ingest: IngestUnderTest;
const alice = person();
let client: IngestClient;

beforeAll(async () => {
  ingest = await startIngest();
  client = ingest.as(alice);
}, START_TIMEOUT_MS);
afterAll(() => ingest?.stop());

function chunk(tab: TabName, seq: number, more: Chunk = {}): Chunk {
  return { ...tab, seq: BigInt(seq), ...packed(eventsOf(tab, seq)), ...more };
}

/** What became of each: its outcome, or the reason of its refusal. */
function outcomes(results: readonly ChunkResult[]): string[] {
  return results.map(({ result }) =>
    result.case === "stored" ? PutChunkResponse_Outcome[result.value.outcome] : (result.value?.reason ?? "nothing"),
  );
}

describe("a batch", () => {
  test("stores chunks of several sessions in any order, each answered in its place", async () => {
    const [tab, other] = [await openTab(client), await openTab(client)];
    const { results, serverTime } = await client.putChunks({
      chunks: [chunk(tab, 2), chunk(other, 0), chunk(tab, 0), chunk(tab, 1)],
    });
    expect(outcomes(results)).toEqual(["STORED", "STORED", "STORED", "STORED"]);
    expect(results.map(({ sessionId, tabId, seq }) => [sessionId, tabId, Number(seq)])).toEqual([
      [tab.sessionId, tab.tabId, 2],
      [other.sessionId, other.tabId, 0],
      [tab.sessionId, tab.tabId, 0],
      [tab.sessionId, tab.tabId, 1],
    ]);
    expect(serverTime).toBeDefined();
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual([0, 1, 2].flatMap((seq) => eventsOf(tab, seq)));
    expect(eventsIn(await readAll(client, other.sessionId))).toEqual(eventsOf(other, 0));
  });

  test("is not spoilt by bad chunks: each is refused as by itself, the good ones are stored", async () => {
    const tab = await openTab(client);
    const foreign = await openTab(ingest.as(person()));
    await put(client, tab, 1);
    const { results } = await client.putChunks({
      chunks: [
        chunk(tab, 0),
        chunk(tab, 1),
        chunk(tab, 1, packed([event("another")])),
        chunk(tab, 2, { sha256: new Uint8Array(32) }),
        chunk(tab, 3, { codec: Codec.GZIP }),
        chunk(tab, 4, { eventCount: 2 }),
        chunk(tab, 5, { sessionId: "no id" }),
        chunk(tab, 6, { sha256: new Uint8Array(3) }),
        chunk({ ...tab, sessionId: newId() }, 7),
        chunk(foreign, 0),
        chunk(tab, 200_000),
        chunk(tab, 8),
      ],
    });
    expect(outcomes(results)).toEqual([
      "STORED",
      "DUPLICATE",
      "chunk_conflict",
      "sha256_mismatch",
      "body_not_gzip",
      "event_count_wrong",
      "request_invalid",
      "request_invalid",
      "session_not_found",
      "session_not_found",
      "seq_too_far",
      "STORED",
    ]);
    const refused = results[2]?.result;
    expect(refused?.case === "refused" && refused.value.code).toBe("already_exists");
    expect(eventsIn(await readAll(client, tab.sessionId))).toEqual([0, 1, 8].flatMap((seq) => eventsOf(tab, seq)));
  });

  test("takes one of two chunks that come under one number in it, whichever was first", async () => {
    const tab = await openTab(client);
    const { results } = await client.putChunks({
      chunks: [chunk(tab, 0), chunk(tab, 0), chunk(tab, 0, packed([event("another")]))],
    });
    const words = outcomes(results);
    expect(words.filter((word) => word === "STORED").length).toBe(1);
    const { results: again } = await client.putChunks({ chunks: [chunk(tab, 0)] });
    expect(outcomes(again)).toEqual([words[0] === "chunk_conflict" ? "chunk_conflict" : "DUPLICATE"]);
  });

  test("is refused as a whole when it is empty, has over 100 chunks or over 8 MiB", async () => {
    const tab = await openTab(client);
    expect(await reasonFor(client.putChunks({ chunks: [] }))).toBe("request_invalid");
    const many = Array.from({ length: 101 }, (_, seq) => chunk(tab, seq));
    expect(await reasonFor(client.putChunks({ chunks: many }))).toBe("request_invalid");
    const payload = new Uint8Array(5 * 1024 * 1024);
    const large = [chunk(tab, 0, { payload }), chunk(tab, 1, { payload })];
    expect(await reasonFor(client.putChunks({ chunks: large }))).toBe("request_too_large");
  });

  test("of 100 is stored whole, and sent again all of it is known", async () => {
    const tab = await openTab(client);
    const chunks = Array.from({ length: 100 }, (_, seq) => chunk(tab, seq)).toReversed();
    const first = await client.putChunks({ chunks });
    expect(new Set(outcomes(first.results))).toEqual(new Set(["STORED"]));
    const second = await client.putChunks({ chunks });
    expect(new Set(outcomes(second.results))).toEqual(new Set(["DUPLICATE"]));
    const { uploadState } = await client.getUploadState(tab);
    expect(uploadState?.tabs[0]).toMatchObject({ durableThrough: 99n, missing: [] });
  });
});
