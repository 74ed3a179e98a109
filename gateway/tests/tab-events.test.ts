import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { refusal } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import { IngestService, ReadEventsRequest_Order } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { GOOD, reasonOfAnswer, startTestGateway } from "./support/gateway.ts";

setDefaultTimeout(30_000);

const SESSION = "01a20000-0000-7000-8000-00000000000a";
const TAB = "01a20000-0000-7000-8000-00000000000b";
const PATH = `/v1/sessions/${SESSION}/tabs/${TAB}/events`;

const line = (type: number, word = "") => `${JSON.stringify({ type, data: { word }, timestamp: 1 })}\n`;
const SNAPSHOT = line(2, "page");

/** A gateway in front of a tab of these frames; what was asked for, how many were taken, and whether it was ended. */
function startWithTab(frames: Iterable<string>, failure?: Reason | Error) {
  const state = { taken: 0, cancelled: false, asked: {} as Record<string, unknown> };
  const gateway = startTestGateway({
    services: (router) =>
      router.service(IngestService, {
        async *readEvents({ sessionId, tabId, order }, { signal }) {
          state.asked = { sessionId, tabId, order };
          signal.addEventListener("abort", () => (state.cancelled = true));
          for (const text of frames) {
            if (signal.aborted) return;
            state.taken += 1;
            yield { tabId, data: Buffer.from(text), endsLine: text.endsWith("\n") };
          }
          if (failure !== undefined) throw typeof failure === "string" ? refusal(failure) : failure;
        },
      }),
  });
  return { gateway, state };
}

describe("a tab as a file", () => {
  test("is a JSON array from the Meta event before the first FullSnapshot on", async () => {
    const { gateway, state } = startWithTab([
      line(0) + line(4, "old") + line(3),
      line(4, "new"),
      SNAPSHOT + line(3, "a"),
      line(3, "b"),
    ]);
    await using _ = gateway;
    const response = await fetch(gateway.url + PATH, { headers: GOOD });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("content-disposition")).toBe(`attachment; filename="${SESSION}.${TAB}.rrweb.json"`);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const events = (await response.json()) as { type: number; data: { word: string } }[];
    expect(events.map(({ type, data }) => [type, data.word])).toEqual([
      [4, "new"],
      [2, "page"],
      [3, "a"],
      [3, "b"],
    ]);
    expect(state.asked).toEqual({ sessionId: SESSION, tabId: TAB, order: ReadEventsRequest_Order.BY_TAB });
  });

  test("is an empty array where there is nothing to show", async () => {
    for (const frames of [[], [line(4) + line(3)]]) {
      const { gateway } = startWithTab(frames);
      await using _ = gateway;
      const response = await fetch(gateway.url + PATH, { headers: GOOD });
      expect([response.status, await response.text()]).toEqual([200, "[]"]);
    }
  });

  test.each<[Reason, number]>([
    ["session_not_found", 404],
    ["session_deleted", 404],
    ["events_expired", 400],
    ["unavailable", 503],
  ])("that is refused with %s answers so before its first byte", async (reason, status) => {
    const { gateway } = startWithTab([], reason);
    await using _ = gateway;
    const response = await fetch(gateway.url + PATH, { headers: GOOD });
    expect([response.status, reasonOfAnswer(response)]).toEqual([status, reason]);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.has("content-disposition")).toBe(false);
    expect(await response.json()).toMatchObject({ details: [{}] });
  });

  test("is only for those with a token, and only to be read", async () => {
    const { gateway, state } = startWithTab([SNAPSHOT]);
    await using _ = gateway;
    const stranger = await fetch(gateway.url + PATH);
    expect([stranger.status, reasonOfAnswer(stranger)]).toEqual([401, "token_missing"]);
    for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
      const response = await fetch(gateway.url + PATH, { method, headers: GOOD });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
    }
    expect(state.taken).toBe(0);
  });

  test.each<[string, string[], Reason | Error | undefined]>([
    ["by the server", [SNAPSHOT, line(3)], new Error("the disk is gone")],
    ["by a refusal", [SNAPSHOT, line(3)], "session_deleted"],
    ["within an event", [SNAPSHOT, '{"type":3'], undefined],
    ["before there was anything to show", [line(3)], "session_deleted"],
  ])("that breaks off %s is not taken for whole", async (_, frames, failure) => {
    const { gateway } = startWithTab(frames, failure);
    await using _gateway = gateway;
    // What is short may break off before its head has left.
    await expect(fetch(gateway.url + PATH, { headers: GOOD }).then((response) => response.text())).rejects.toThrow();
  });

  test("is read no faster than the client takes it, and ends with the client", async () => {
    const frame = line(3, "x".repeat(256 * 1024 - 100));
    const total = 4_000;
    const { gateway, state } = startWithTab(
      (function* () {
        yield SNAPSHOT;
        for (let count = 1; count < total; count += 1) yield frame;
      })(),
    );
    await using _ = gateway;
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(`GET ${PATH} HTTP/1.1\r\nhost: x\r\nauthorization: ${GOOD.authorization}\r\n\r\n`);
    await eventually(() => expect(state.taken).toBeGreaterThan(1));
    // Whatever the buffers on the way hold fills up; then nothing more may be taken.
    await eventually(async () => {
      const before = state.taken;
      await Bun.sleep(300);
      expect(state.taken).toBe(before);
    });
    expect(state.taken * frame.length).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
    await eventually(() => expect(state.cancelled).toBe(true));
    expect(state.taken).toBeLessThan(total);
  });
});
