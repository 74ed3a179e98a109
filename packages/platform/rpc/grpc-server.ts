import { type DescMessage, type DescMethod, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createHandlerContext,
  createServiceImplSpec,
  type HandlerContext,
  type Interceptor,
  type MethodImplSpec,
} from "@connectrpc/connect";
import { invokeUnaryImplementation, transformInvokeImplementation } from "@connectrpc/connect/protocol";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type MethodDefinition,
  Server,
  ServerCredentials,
  type Metadata,
  type ServerWritableStream,
  type UntypedHandleCall,
} from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { Running } from "../lifecycle.ts";
import { toPublicError } from "../errors.ts";
import { toHeaders, toStatus } from "./grpc-metadata.ts";
import { addReflection } from "./grpc-reflection.ts";
import { MAX_MESSAGE_BYTES } from "./limits.ts";
import type { Route } from "./routes.ts";

/** Streams that one connection may hold open; a client that opens more waits. */
const MAX_STREAMS_PER_CONNECTION = 200;

/** A message of the contract as grpc-js passes it: grpc-js knows nothing of its type. */
type Message = MessageShape<DescMessage>;

/** What grpc-js's unary and streaming calls have in common. */
interface ServerCall {
  readonly metadata: Metadata;
  once(event: "cancelled", listener: () => void): unknown;
  getDeadline(): Date | number;
  getPath(): string;
}

/** A gRPC server, listening. */
export interface GrpcServer extends Running {
  readonly port: number;
  /** What health checks are told. */
  setServing(serving: boolean): void;
}

/** Hosts services on @grpc/grpc-js, with the standard health (grpc.health.v1) and reflection services. */
export async function serveGrpc(
  routes: readonly Route[],
  interceptors: Interceptor[],
  address: string,
): Promise<GrpcServer> {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_concurrent_streams": MAX_STREAMS_PER_CONNECTION,
  });
  for (const route of routes) addRoute(server, route, interceptors);
  const health = new HealthImplementation({ "": "NOT_SERVING" });
  health.addToServer(server);
  addReflection(server, routes);
  const port = await listen(server, address);
  let stopped: Promise<void> | undefined;
  return {
    port,
    setServing: (serving) => health.setStatus("", serving ? "SERVING" : "NOT_SERVING"),
    stop: () => (stopped ??= shutDown(server)),
  };
}

function addRoute(server: Server, { desc, impl }: Route, interceptors: Interceptor[]): void {
  const spec = createServiceImplSpec(desc, impl);
  const definitions: Record<string, MethodDefinition<Message, Message>> = {};
  const handlers: Record<string, UntypedHandleCall> = {};
  for (const method of desc.methods) {
    const methodSpec = spec.methods[method.localName];
    if (methodSpec === undefined) throw new Error(`${desc.typeName} has no implementation of ${method.name}`);
    definitions[method.name] = definitionOf(method);
    handlers[method.name] = handlerOf(methodSpec, interceptors);
  }
  server.addService(definitions, handlers);
}

/** How grpc-js is to read and write the messages of a method. */
export function definitionOf(method: DescMethod): MethodDefinition<Message, Message> {
  const { input, output } = method;
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
    responseStream: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
    requestSerialize: (message) => Buffer.from(toBinary(input, message)),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: (message) => Buffer.from(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  };
}

function handlerOf(spec: MethodImplSpec, interceptors: Interceptor[]): UntypedHandleCall {
  if (spec.kind === "unary") return unaryHandler(spec, interceptors);
  if (spec.kind === "server_streaming") return streamHandler(spec, interceptors);
  throw new Error(`${spec.method.name}: the contract has no client streams`);
}

function unaryHandler(
  spec: MethodImplSpec & { kind: "unary" },
  interceptors: Interceptor[],
): handleUnaryCall<Message, Message> {
  return (call, callback) => {
    const context = contextOf(spec, call);
    invokeUnaryImplementation(spec, context, call.request, interceptors).then(
      (answer) => callback(null, answer),
      (error: unknown) => callback(toStatus(toPublicError(error))),
    );
  };
}

function streamHandler(
  spec: MethodImplSpec & { kind: "server_streaming" },
  interceptors: Interceptor[],
): handleServerStreamingCall<Message, Message> {
  return (call) => {
    const context = contextOf(spec, call);
    const answers = transformInvokeImplementation(spec, context, interceptors)(once(call.request));
    writeAll(call, answers, context).then(
      () => call.end(),
      (error: unknown) => call.emit("error", toStatus(toPublicError(error))),
    );
  };
}

/** Writes a stream no faster than the other side reads it, and stops when it has gone. */
async function writeAll(
  call: ServerWritableStream<Message, Message>,
  answers: AsyncIterable<Message>,
  context: HandlerContext,
): Promise<void> {
  for await (const answer of answers) {
    if (context.signal.aborted) return;
    if (!call.write(answer)) await drained(call, context.signal);
  }
}

function drained(call: ServerWritableStream<Message, Message>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      call.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    call.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}

function contextOf(spec: MethodImplSpec, call: ServerCall): HandlerContext {
  const gone = new AbortController();
  call.once("cancelled", () => gone.abort(new ConnectError("the caller went away", Code.Canceled)));
  const deadline = call.getDeadline();
  const timeoutMs = deadline === Infinity ? undefined : Math.max(0, Number(deadline) - Date.now());
  return createHandlerContext({
    service: spec.method.parent,
    method: spec.method,
    protocolName: "grpc",
    requestMethod: "POST",
    url: `http://grpc.local${call.getPath()}`,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    requestSignal: gone.signal,
    requestHeader: toHeaders(call.metadata),
  });
}

async function* once<T>(value: T): AsyncIterable<T> {
  yield value;
}

function listen(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

/** Lets calls in hand finish, but not for ever: streams would hold the server open. */
function shutDown(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), 2_000);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
