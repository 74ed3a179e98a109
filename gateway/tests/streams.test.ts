import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { broadcastProgress } from "@gigtrail/platform/live";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { ExportState, Format } from "@gigtrail/proto/gen/gigtrail/export/v1/export_pb";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { eventually } from "@gigtrail/test-servers/eventually";
import { CALLER, GOOD, startTestGateway } from "./support/gateway.ts";

const FRAME = new Uint8Array(256 * 1024).fill(0x61);
const ID = "01a20000-0000-7000-8000-00000000000a";

/** A gateway in front of an export of so many frames, and how many of them were taken. */
function startWithExport(frames: number, failAt = Infinity) {
  const state = { taken: 0, cancelled: false };
  const found = {
    exportId: ID,
    state: ExportState.DONE,
    sizeBytes: BigInt(frames * FRAME.length),
    fileName: "all.ndjson",
    spec: { format: Format.NDJSON },
  };
  const gateway = startTestGateway({
    services: (router) =>
      router.service(ExportService, {
        getExport: () => ({ export: found }),
        async *readExportFile(_, { signal }) {
          signal.addEventListener("abort", () => (state.cancelled = true));
          for (; state.taken < frames && !signal.aborted; state.taken += 1) {
            if (state.taken === failAt) throw new Error("the disk is gone");
            yield { data: FRAME };
          }
        },
      }),
  });
  return { gateway, state };
}

setDefaultTimeout(30_000);

describe("a download", () => {
  const path = `/v1/exports/${ID}/file`;

  test("is read no faster than the client takes it, and ends with the client", async () => {
    const frames = 4_000;
    const { gateway, state } = startWithExport(frames);
    await using _ = gateway;
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${GOOD.authorization}\r\n\r\n`);
    await eventually(() => expect(state.taken).toBeGreaterThan(1));
    // Whatever the buffers on the way hold fills up; then nothing more may be taken.
    let before = -1;
    await eventually(async () => {
      before = state.taken;
      await Bun.sleep(300);
      expect(state.taken).toBe(before);
    });
    expect(state.taken * FRAME.length).toBeLessThan(64 * 1024 * 1024);
    socket.destroy();
    await eventually(() => expect(state.cancelled).toBe(true));
    expect(state.taken).toBeLessThan(frames);
  });

  test("that breaks off inside is not taken for whole", async () => {
    const { gateway } = startWithExport(20, 10);
    await using _ = gateway;
    const response = await fetch(gateway.url + path, { headers: GOOD });
    expect(response.status).toBe(200);
    await expect(response.bytes()).rejects.toThrow();
  });

  test("that is whole is whole", async () => {
    const { gateway } = startWithExport(20);
    await using _ = gateway;
    const response = await fetch(gateway.url + path, { headers: GOOD });
    expect((await response.bytes()).length).toBe(20 * FRAME.length);
  });
});

describe("a live stream", () => {
  test("is no longer listened for when its viewer has gone", async () => {
    await using gateway = startTestGateway({
      services: (router) => {
        router.service(IngestService, { listSessions: () => ({}) });
        router.service(AnalysisService, {});
        router.service(ExportService, { listExports: () => ({}) });
      },
    });
    let listening = 0;
    const listen = gateway.bus.listen.bind(gateway.bus);
    gateway.bus.listen = (subject, heard) => {
      const running = listen(subject, heard);
      listening += 1;
      return {
        async stop() {
          listening -= 1;
          await running.stop();
        },
      };
    };
    const viewers = Array.from({ length: 20 }, () => new AbortController());
    const open = await Promise.all(
      viewers.map(({ signal }) => fetch(`${gateway.url}/v1/events`, { headers: GOOD, signal })),
    );
    expect(open.map(({ status }) => status)).toEqual(viewers.map(() => 200));
    await eventually(() => expect(listening).toBe(20));
    broadcastProgress(gateway.bus, {
      workspaceId: CALLER.workspaceId,
      userId: CALLER.userId,
      change: { case: "analysis", value: { sessionId: ID, percent: 5 } },
    });
    for (const viewer of viewers) viewer.abort();
    await eventually(() => expect(listening).toBe(0));
  });

  test("ends in words when the state cannot be read", async () => {
    await using gateway = startTestGateway();
    const response = await fetch(`${gateway.url}/v1/events`, { headers: GOOD });
    expect(await response.text()).toContain('event: end\ndata: {"reason":"unavailable"}');
  });
});

describe("a call that is refused before its body is read", () => {
  test("tells a client that is still writing a small one, and serves it again on the same connection", async () => {
    const gateway = startTestGateway({});
    await using _ = gateway;
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    let heard = "";
    let closed = false;
    socket.on("data", (data) => (heard += data.toString()));
    socket.on("close", () => (closed = true));
    const head = "POST /gigtrail.ingest.v1.IngestService/ReadEvents HTTP/1.1\r\nhost: x\r\n";
    const headers = "content-type: application/connect+json\r\ntransfer-encoding: chunked\r\n\r\n";
    for (let round = 1; round <= 2; round += 1) {
      socket.write(head + headers);
      await Bun.sleep(20);
      socket.write("5\r\nabcde\r\n");
      await Bun.sleep(20);
      socket.write("0\r\n\r\n");
      await eventually(() => expect(heard.split("x-gigtrail-reason: token_missing")).toHaveLength(round + 1));
      expect(closed).toBe(false);
    }
    socket.destroy();
  });
});
