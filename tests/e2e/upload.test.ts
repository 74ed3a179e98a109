import { beforeAll, expect, test } from "bun:test";
import { SessionState } from "@gigtrail/proto/gen/gigtrail/ingest/v1/session_pb";
import { PutChunkResponse_Outcome } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { chunkHeaders, chunkOf, chunkPath, newPlace, putJson, putMessage, putRaw } from "./support/chunks.ts";
import { clientsOf } from "./support/clients.ts";
import { describeBothWays } from "./support/modes.ts";
import { type Device, type Member, pairDevice, signUp } from "./support/people.ts";
import { hangUpAfter, head } from "./support/raw-socket.ts";
import { analysed, completeSession, moves, pageEvents, readEvents, START_MS } from "./support/sessions.ts";

describeBothWays("uploading", (system) => {
  let member: Member;
  let device: Device;
  beforeAll(async () => {
    member = await signUp(system().url);
    device = await pairDevice(member);
  });

  const parts = [
    [...pageEvents(), ...moves(4)],
    moves(5, START_MS + 20_000),
    moves(3, START_MS + 40_000),
    moves(2, START_MS + 60_000),
    moves(6, START_MS + 80_000),
    moves(1, START_MS + 99_000),
  ];

  test("a device sends chunks in every way there is, out of order, and all of it is read back", async () => {
    const { url } = system();
    const place = newPlace();
    await device.ingest.createSession({ sessionId: place.sessionId, displayName: "Six ways" });
    const chunks = [
      chunkOf(0, parts[0] ?? [], "gzip"),
      chunkOf(1, parts[1] ?? [], "zstd"),
      chunkOf(2, parts[2] ?? [], "identity"),
      chunkOf(3, parts[3] ?? [], "identity"),
      chunkOf(4, parts[4] ?? [], "zstd"),
      chunkOf(5, parts[5] ?? [], "gzip"),
    ] as const;
    const jsonClient = clientsOf(url, device.accessToken, "json").ingest;
    expect((await putRaw(url, device.accessToken, place, chunks[5])).status).toBe(200);
    expect((await device.ingest.putChunk(putMessage(place, chunks[3]))).tab?.durableThrough).toBe(-1n);
    const { tab } = await jsonClient.putChunk(putMessage(place, chunks[4]));
    expect(tab?.missing.map(({ first, last }) => [first, last])).toEqual([[0n, 2n]]);
    expect((await putJson(url, device.accessToken, place, chunks[0])).status).toBe(200);
    const raw = await putRaw(url, device.accessToken, place, chunks[2]);
    expect(JSON.parse(raw.text)).toMatchObject({
      outcome: "OUTCOME_STORED",
      tab: { tabId: place.tabId, durableThrough: "0", missing: [{ first: "1", last: "1" }] },
      directive: { action: "ACTION_CONTINUE" },
    });
    const unfinished = await device.ingest.finishSession({
      sessionId: place.sessionId,
      tabs: [{ tabId: place.tabId, lastSeq: 5n }],
    });
    expect(unfinished.uploadState?.state).toBe(SessionState.FINISHING);
    expect((await putRaw(url, device.accessToken, place, chunks[1])).status).toBe(200);
    const { uploadState } = await device.ingest.getUploadState({ sessionId: place.sessionId });
    expect(uploadState).toMatchObject({
      state: SessionState.COMPLETE,
      tabs: [{ durableThrough: 5n, missing: [], lastSeq: 5n, needsFullSnapshot: false }],
    });
    expect(await readEvents(member, place.sessionId)).toEqual(parts.flat());
    const { session } = await member.ingest.getSession({ sessionId: place.sessionId });
    expect(session).toMatchObject({
      deviceId: device.deviceId,
      userId: member.userId,
      chunkCount: 6n,
      eventCount: 23n,
    });
  });

  test("a chunk that is sent twice, by whatever way, is stored once", async () => {
    const { url } = system();
    const place = newPlace();
    await device.ingest.createSession({ sessionId: place.sessionId });
    const [first, again] = [chunkOf(0, parts[0] ?? [], "gzip"), chunkOf(0, parts[0] ?? [], "zstd")];
    const outcomes = await Promise.all([
      device.ingest.putChunk(putMessage(place, first)),
      device.ingest.putChunk(putMessage(place, first)),
      device.ingest.putChunk(putMessage(place, again)),
    ]);
    const { STORED, DUPLICATE } = PutChunkResponse_Outcome;
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([STORED, DUPLICATE, DUPLICATE]);
    expect(JSON.parse((await putRaw(url, device.accessToken, place, again)).text).outcome).toBe("OUTCOME_DUPLICATE");
    await completeSession(device, place.sessionId, [{ tabId: place.tabId, lastSeq: 0 }]);
    expect(await readEvents(member, place.sessionId)).toEqual(parts[0] ?? []);
  });

  test("a chunk whose body was cut on the way can be sent again", async () => {
    const { url } = system();
    const place = newPlace();
    await device.ingest.createSession({ sessionId: place.sessionId });
    const chunk = chunkOf(0, parts[0] ?? []);
    const { payload } = chunk;
    const headers = {
      ...chunkHeaders(chunk),
      authorization: `Bearer ${device.accessToken}`,
      "content-length": payload.length,
    };
    await hangUpAfter(url, head("PUT", chunkPath(place, 0), headers), payload.subarray(0, payload.length >> 1));
    const { uploadState } = await device.ingest.getUploadState({ sessionId: place.sessionId });
    expect(uploadState?.tabs).toEqual([]);
    expect(JSON.parse((await putRaw(url, device.accessToken, place, chunk)).text).outcome).toBe("OUTCOME_STORED");
    await completeSession(device, place.sessionId, [{ tabId: place.tabId, lastSeq: 0 }]);
    expect(await readEvents(member, place.sessionId)).toEqual(parts[0] ?? []);
  });

  test("a chunk beyond the stated end opens a complete session again", async () => {
    const place = newPlace();
    await device.ingest.createSession({ sessionId: place.sessionId });
    await device.ingest.putChunk(putMessage(place, chunkOf(0, parts[0] ?? [])));
    await completeSession(device, place.sessionId, [{ tabId: place.tabId, lastSeq: 0 }]);
    await device.ingest.putChunk(putMessage(place, chunkOf(1, parts[1] ?? [])));
    const { session } = await device.ingest.getSession({ sessionId: place.sessionId });
    expect(session?.generation).toBe(2);
    expect(await readEvents(member, place.sessionId)).toEqual([...(parts[0] ?? []), ...(parts[1] ?? [])]);
  });

  test("a page of 20 MB in one event survives, by either way", async () => {
    const { url } = system();
    const place = newPlace();
    await device.ingest.createSession({ sessionId: place.sessionId });
    const childNodes = Array.from({ length: 130_000 }, (_, id) => ({
      type: 2,
      tagName: "article",
      attributes: { class: `tile tile-${id} air3-card air3-card-outline`, "data-row": String(id * 7_919) },
      childNodes: [{ type: 3, textContent: `Row ${id} of a very long page`, id: 2 * id + 3 }],
      id: 2 * id + 2,
    }));
    const node = { type: 0, childNodes, id: 1 };
    const events = [{ type: 2, timestamp: START_MS, data: { node, initialOffset: { left: 0, top: 0 } } }];
    expect(JSON.stringify(events).length).toBeGreaterThan(20_000_000);
    expect((await putRaw(url, device.accessToken, place, chunkOf(0, events))).status).toBe(200);
    expect((await putJson(url, device.accessToken, place, chunkOf(1, events, "zstd"))).status).toBe(200);
    await completeSession(device, place.sessionId, [{ tabId: place.tabId, lastSeq: 1 }]);
    const back = await readEvents(member, place.sessionId);
    expect(Bun.deepEquals(back, [...events, ...events], true)).toBe(true);
    expect((await analysed(member, place.sessionId)).summary?.eventCount).toBe(2n);
  });
});
