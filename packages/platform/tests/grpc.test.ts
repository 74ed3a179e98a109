import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { route } from "../rpc/routes.ts";
import { reasonOf, refusal } from "../errors.ts";
import { serveGrpc, type GrpcServer } from "../rpc/grpc-server.ts";
import { grpcTransport, type GrpcTransport } from "../rpc/grpc-transport.ts";
import { inMemoryTransport } from "../rpc/in-memory.ts";

const SESSION = "01920000-0000-7000-8000-000000000000";
let openStreams = 0;

/** Behaviours of a service that both transports must carry alike; RPCs that the test does not use refuse. */
const refuse = () => {
  throw refusal("rpc_unknown");
};
const routes = [
  route(IngestService, {
    createSession: (request, context) => {
      if (request.displayName === "plain error") throw new Error("a secret of the server");
      if (request.displayName === "header")
        return { session: { displayName: context.requestHeader.get("x-test") ?? "" } };
      return { session: { sessionId: request.sessionId } };
    },
    putChunk: (request) => ({ maskedValues: request.payload.length }),
    getSession: () => {
      throw refusal("session_not_found", { message: "Nö, gibt es nicht.", retryAfterMs: 1_500 });
    },
    deleteSession: async (_request, context) => {
      await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      throw context.signal.reason;
    },
    async *readEvents(request, context) {
      openStreams += 1;
      try {
        for (let seq = 0; seq < (request.tabId === "" ? 500 : 1e9); seq += 1) {
          if (context.signal.aborted) return;
          yield { seq: BigInt(seq), data: new Uint8Array(10_000) };
        }
        throw refusal("session_deleted");
      } finally {
        openStreams -= 1;
      }
    },
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

let server: GrpcServer;
let grpc: GrpcTransport;

beforeAll(async () => {
  server = await serveGrpc(routes, [], "127.0.0.1:0");
  grpc = grpcTransport(`127.0.0.1:${server.port}`);
});
afterAll(async () => {
  await grpc.stop();
  await server.stop();
});

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectError)) throw new Error("the call should have failed");
  return error;
}

const transports: [string, () => Transport][] = [
  ["gRPC", () => grpc],
  ["in memory", () => inMemoryTransport(routes, [])],
];

describe.each(transports)("a call over %s", (_name, transport) => {
  const client = () => createClient(IngestService, transport());

  test("gives the answer and carries headers", async () => {
    expect((await client().createSession({ sessionId: SESSION })).session?.sessionId).toBe(SESSION);
    const answer = await client().createSession({ displayName: "header" }, { headers: { "x-test": "carried" } });
    expect(answer.session?.displayName).toBe("carried");
  });

  test("gives a refusal with its code, its reason and its text in any language", async () => {
    const error = await failure(client().getSession({ sessionId: SESSION }));
    expect(error.code).toBe(Code.NotFound);
    expect(reasonOf(error)).toBe("session_not_found");
    expect(error.rawMessage).toBe("Nö, gibt es nicht.");
  });

  test("carries a payload of 32 MiB", async () => {
    const answer = await client().putChunk({ payload: new Uint8Array(32 * 1024 * 1024) });
    expect(answer.maskedValues).toBe(32 * 1024 * 1024);
  });

  test("ends when its deadline has passed", async () => {
    const error = await failure(client().deleteSession({}, { timeoutMs: 50 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
  });

  test("whose deadline has passed is not begun", async () => {
    const error = await failure(client().createSession({ sessionId: SESSION }, { timeoutMs: 0 }));
    expect(error.code).toBe(Code.DeadlineExceeded);
  });

  test("streams every message, then the error", async () => {
    let count = 0;
    let reason: string | undefined;
    try {
      for await (const frame of client().readEvents({ sessionId: SESSION })) {
        expect(frame.seq).toBe(BigInt(count));
        count += 1;
      }
    } catch (error) {
      reason = reasonOf(error);
    }
    expect(count).toBe(500);
    expect(reason).toBe("session_deleted");
  });

  test("an aborted stream ends on the other side too", async () => {
    const abort = new AbortController();
    let count = 0;
    const reading = (async () => {
      for await (const _frame of client().readEvents({ tabId: "endless" }, { signal: abort.signal })) {
        count += 1;
        if (count === 20) abort.abort();
      }
    })();
    expect((await failure(reading)).code).toBe(Code.Canceled);
    for (let tries = 0; openStreams > 0 && tries < 100; tries += 1) await Bun.sleep(20);
    expect(openStreams).toBe(0);
  });
});

test("over gRPC, what is no refusal leaves as `internal` without its text", async () => {
  const error = await failure(createClient(IngestService, grpc).createSession({ displayName: "plain error" }));
  expect(reasonOf(error)).toBe("internal");
  expect(error.message).not.toContain("secret");
});

test("an oversized message fails alone: the next calls on the same pool are answered", async () => {
  const client = createClient(IngestService, grpc);
  const error = await failure(client.putChunk({ payload: new Uint8Array(40 * 1024 * 1024) }));
  expect(error.code).toBe(Code.ResourceExhausted);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => client.putChunk({ payload: new Uint8Array(1_000) })),
  );
  expect(answers.map((answer) => answer.maskedValues)).toEqual(Array(20).fill(1_000));
});

test("many calls at once on the pool are all answered, beside open streams", async () => {
  const client = createClient(IngestService, grpc);
  const abort = new AbortController();
  const streams = Array.from({ length: 5 }, async () => {
    for await (const _frame of client.readEvents({ tabId: "endless" }, { signal: abort.signal })) await Bun.sleep(1);
  });
  const sizes = Array.from({ length: 200 }, (_unused, index) => index * 1_000);
  const answers = await Promise.all(sizes.map((size) => client.putChunk({ payload: new Uint8Array(size) })));
  expect(answers.map((answer) => answer.maskedValues)).toEqual(sizes);
  abort.abort();
  await Promise.allSettled(streams);
});
