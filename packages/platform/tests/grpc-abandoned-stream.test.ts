import { expect, test } from "bun:test";
import { connect, createServer } from "node:net";
import { createClient } from "@connectrpc/connect";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { refusal } from "../errors.ts";
import { serveGrpc } from "../rpc/grpc-server.ts";
import { grpcTransport } from "../rpc/grpc-transport.ts";
import { route } from "../rpc/routes.ts";

const refuse = () => {
  throw refusal("rpc_unknown");
};

const routes = [
  route(IngestService, {
    async *readEvents(_, { signal }) {
      while (!signal.aborted) yield { data: new Uint8Array(10_000) };
    },
    createSession: refuse,
    putChunk: refuse,
    getSession: refuse,
    deleteSession: refuse,
    getUploadState: refuse,
    putChunks: refuse,
    deleteSessions: refuse,
    getSessionDeletion: refuse,
    getRecordingSettings: refuse,
    updateRecordingSettings: refuse,
    getStorageReport: refuse,
    finishSession: refuse,
    listSessions: refuse,
    listChanges: refuse,
  }),
];

test("streams that are aborted and no longer read leave their connection to the next ones", async () => {
  const server = await serveGrpc(routes, [], "127.0.0.1:0");
  let connections = 0;
  const proxy = createServer((socket) => {
    connections += 1;
    const through = connect(server.port, "127.0.0.1");
    for (const each of [socket, through]) each.on("error", () => undefined);
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const transport = grpcTransport(`127.0.0.1:${address.port}`);
  const client = createClient(IngestService, transport);
  for (let times = 0; times < 30; times += 1) {
    const gone = new AbortController();
    const events = client.readEvents({}, { signal: gone.signal })[Symbol.asyncIterator]();
    expect((await events.next()).done).toBe(false);
    gone.abort();
  }
  expect(connections).toBeLessThan(5);
  await transport.stop();
  await server.stop();
  proxy.close();
});
