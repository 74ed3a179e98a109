import { beforeAll, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { newId } from "@gigtrail/platform/ids";
import { reasonOf } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import {
  type Chunk,
  chunkOf,
  chunkOfText,
  newPlace,
  type Place,
  putJson,
  putMessage,
  putRaw,
} from "./support/chunks.ts";
import { describeBothWays } from "./support/modes.ts";
import { type Member, signUp } from "./support/people.ts";
import { expectRefusal } from "./support/request.ts";
import { completeSession, moves, pageEvents, readEvents, recordSession } from "./support/sessions.ts";

const MIB = 1024 * 1024;
const good = [...pageEvents(), ...moves(3)];
const ok = { type: 3, timestamp: 1_790_000_000_000, data: {} };

/** A chunk that is right but for its bytes as sent. */
function damaged(chunk: Chunk, damage: (payload: Uint8Array) => Uint8Array): Chunk {
  return { ...chunk, payload: new Uint8Array(damage(chunk.payload)) };
}

/** A chunk of so many bytes of JSON that compresses to next to nothing. */
function bomb(encoding: "gzip" | "zstd", bytes: number): Chunk {
  const json = Buffer.alloc(bytes, 0x20);
  const payload = encoding === "gzip" ? gzipSync(json) : Bun.zstdCompressSync(json);
  const sha256 = new Bun.CryptoHasher("sha256").update(json).digest("hex");
  return { seq: 1, payload: new Uint8Array(payload), encoding, sha256, eventCount: 1 };
}

const nested = (depth: number) =>
  `[${JSON.stringify({ ...ok, data: 0 }).replace(":0}", `:${"[".repeat(depth)}${"]".repeat(depth)}}`)}]`;

const CASES: readonly (readonly [string, () => Chunk, Reason, number])[] = [
  ["is no JSON", () => chunkOfText(1, "so it goes", 1), "json_invalid", 400],
  ["is JSON that breaks off", () => chunkOfText(1, '[{"type":3,"timestamp":1', 1), "json_invalid", 400],
  [
    "is no UTF-8",
    () => damaged(chunkOf(1, [ok], "identity"), () => Buffer.from([0x5b, 0xff, 0x5d])),
    "sha256_mismatch",
    400,
  ],
  ["is an object", () => chunkOfText(1, JSON.stringify(ok), 1), "events_not_array", 400],
  ["is an empty array", () => chunkOfText(1, "[]", 1), "events_not_array", 400],
  ["has an event that is a string", () => chunkOf(1, ["event"]), "event_invalid", 400],
  ["has an event without a type", () => chunkOf(1, [ok, { timestamp: 1, data: {} }]), "event_invalid", 400],
  ["has an event without a time", () => chunkOf(1, [{ type: 3, data: {} }, ok]), "event_invalid", 400],
  ["has an event with a time of words", () => chunkOf(1, [{ ...ok, timestamp: "noon" }]), "event_invalid", 400],
  ["is truncated gzip", () => damaged(chunkOf(1, good), (bytes) => bytes.subarray(0, -9)), "body_not_gzip", 400],
  ["is no gzip", () => ({ ...chunkOf(1, good, "identity"), encoding: "gzip" }), "body_not_gzip", 400],
  [
    "is gzip and something more",
    () => damaged(chunkOf(1, good), (bytes) => Buffer.concat([bytes, Buffer.from("x")])),
    "body_not_gzip",
    400,
  ],
  [
    "is truncated zstd",
    () => damaged(chunkOf(1, good, "zstd"), (bytes) => bytes.subarray(0, -5)),
    "body_not_zstd",
    400,
  ],
  ["is no zstd", () => ({ ...chunkOf(1, good, "identity"), encoding: "zstd" }), "body_not_zstd", 400],
  ["has another hash than it says", () => ({ ...chunkOf(1, good), sha256: "0".repeat(64) }), "sha256_mismatch", 400],
  [
    "has more events than it says",
    () => ({ ...chunkOf(1, good), eventCount: good.length - 1 }),
    "event_count_wrong",
    400,
  ],
  [
    "has fewer events than it says",
    () => ({ ...chunkOf(1, good), eventCount: good.length + 1 }),
    "event_count_wrong",
    400,
  ],
  ["is nested too deep", () => chunkOfText(1, nested(2_000), 1), "json_too_deep", 400],
  ["is too large as sent", () => chunkOfText(1, `[${" ".repeat(32 * MIB)}]`, 1, "identity"), "payload_too_large", 429],
  ["is too large once decompressed (gzip)", () => bomb("gzip", 128 * MIB + 1), "decoded_too_large", 429],
  ["is too large once decompressed (zstd)", () => bomb("zstd", 128 * MIB + 1), "decoded_too_large", 429],
  ["is too far ahead", () => chunkOf(100_002, good), "seq_too_far", 400],
  ["has a number that is taken by other events", () => chunkOf(0, moves(2)), "chunk_conflict", 409],
  ["has no event as it says", () => ({ ...chunkOf(1, good), eventCount: 0 }), "request_invalid", 400],
  ["has nothing in it", () => damaged(chunkOf(1, good), () => new Uint8Array()), "request_invalid", 400],
];

describeBothWays("a chunk that", (system) => {
  let member: Member;
  let place: Place;
  beforeAll(async () => {
    member = await signUp(system().url);
    place = newPlace();
    await member.ingest.createSession({ sessionId: place.sessionId });
    await member.ingest.putChunk(putMessage(place, chunkOf(0, good)));
  });

  const raw = (chunk: Chunk, at = place, more = {}) => putRaw(system().url, member.accessToken, at, chunk, more);
  const json = (chunk: Chunk, at = place, more = {}) => putJson(system().url, member.accessToken, at, chunk, more);
  const binary = (chunk: Chunk, at = place) =>
    member.ingest.putChunk(putMessage(at, chunk)).then(
      () => "stored",
      (error: unknown) => reasonOf(error) ?? String(error),
    );

  test.each(CASES)("%s is refused for that, by whatever way it comes", async (_, make, reason, status) => {
    const chunk = make();
    expectRefusal(await raw(chunk), reason, status);
    expectRefusal(await json(chunk), reason, status);
    expect(await binary(chunk)).toBe(reason);
  });

  test("is compressed in a way that nobody knows is refused for that", async () => {
    const chunk = chunkOf(1, good);
    expectRefusal(await raw(chunk, place, { "content-encoding": "br" }), "codec_unknown", 400);
    expectRefusal(await json(chunk, place, { codec: 77 }), "codec_unknown", 400);
    expectRefusal(await json(chunk, place, { codec: undefined }), "codec_unknown", 400);
  });

  test("names no session, or somebody else's, or one that is gone is refused alike", async () => {
    const chunk = chunkOf(0, good);
    const stranger = await signUp(system().url);
    const foreign = await recordSession(stranger);
    const deleted = await recordSession(member);
    await member.ingest.deleteSession({ sessionId: deleted.sessionId });
    const answers = [];
    for (const at of [newPlace(), foreign]) {
      answers.push(await json(chunk, at));
      expectRefusal(await raw(chunk, at), "session_not_found", 404);
      expectRefusal(answers.at(-1) ?? (await json(chunk, at)), "session_not_found", 404);
      expect(await binary(chunk, at)).toBe("session_not_found");
    }
    expect(answers[1]?.text).toBe(answers[0]?.text ?? "");
    expectRefusal(await raw(chunk, deleted), "session_deleted", 404);
    expect(await readEvents(stranger, foreign.sessionId)).toHaveLength(8);
  });

  test("has ids, numbers or headers that cannot be read is refused as such", async () => {
    const chunk = chunkOf(1, good);
    for (const at of [
      { ...place, sessionId: "7" },
      { ...place, tabId: "x".repeat(36) },
      { ...place, tabId: "%00" },
    ]) {
      expectRefusal(await raw(chunk, at), "request_invalid", 400);
      expectRefusal(await json(chunk, at), "request_invalid", 400);
    }
    expectRefusal(await json(chunk, place, { seq: "-1" }), "request_invalid", 400);
    expectRefusal(await json(chunk, place, { seq: "9007199254740993" }), "request_invalid", 400);
    expectRefusal(await json(chunk, place, { seq: "one" }), "body_invalid", 400);
    expectRefusal(await json(chunk, place, { sha256: "AAAA" }), "request_invalid", 400);
    expectRefusal(await json(chunk, place, { droppedEvents: "-3" }), "request_invalid", 400);
    expectRefusal(await raw({ ...chunk, seq: 9_007_199_254_740_992 }), "request_invalid", 400);
    const clientSentTime = { seconds: 9_000_000_000_000_000n, nanos: -7 };
    const again = { ...putMessage(place, chunkOf(0, good)), clientSentTime };
    expect((await member.ingest.putChunk(again)).tab?.durableThrough).toBe(0n);
    for (const [name, value] of [
      ["x-gigtrail-sha256", "xyz"],
      ["x-gigtrail-sha256", ""],
      ["x-gigtrail-event-count", "many"],
      ["x-gigtrail-event-count", "-1"],
      ["x-gigtrail-event-count", "9999999999"],
      ["x-gigtrail-dropped-events", "1e3"],
      ["x-gigtrail-client-sent-time", "yesterday"],
      ["x-gigtrail-client-sent-time", "+275760-09-13T00:00:00.000Z"],
    ] as const) {
      expectRefusal(await raw(chunk, place, { [name]: value }), "request_invalid", 400);
    }
  });

  test("is one tab too many is refused for that", async () => {
    const { sessionId } = newPlace();
    await member.ingest.createSession({ sessionId });
    const tabs = Array.from({ length: 500 }, () => ({ tabId: newId(), lastSeq: 0n }));
    await member.ingest.finishSession({ sessionId, tabs });
    const chunk = chunkOf(0, good);
    expectRefusal(await raw(chunk, { sessionId, tabId: newId() }), "too_many_tabs", 429);
    expectRefusal(await json(chunk, { sessionId, tabId: newId() }), "too_many_tabs", 429);
    const known = { sessionId, tabId: tabs[0]?.tabId ?? "" };
    expect((await raw(chunk, known)).status).toBe(200);
  });

  test("was refused leaves what was stored before it, and room for what comes after", async () => {
    expect(JSON.parse((await raw(chunkOf(1, moves(2)))).text).outcome).toBe("OUTCOME_STORED");
    await completeSession(member, place.sessionId, [{ tabId: place.tabId, lastSeq: 1 }]);
    expect(await readEvents(member, place.sessionId)).toEqual([...good, ...moves(2)]);
  });
});
