import {
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageShape,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { runStreamingCall, runUnaryCall } from "@connectrpc/connect/protocol";
import type { Client, ServiceError } from "@grpc/grpc-js";
import type { Running } from "../lifecycle.ts";
import { ChannelPool } from "./channel-pool.ts";
import { checkHealth } from "./grpc-health.ts";
import { fromStatus, toMetadata } from "./grpc-metadata.ts";
import { definitionOf } from "./grpc-server.ts";
import { STREAM_DEADLINE_MS, UNARY_DEADLINE_MS } from "./limits.ts";
import { answerOf, limitsOf, requestOf } from "./transport-call.ts";

/** A Connect transport over @grpc/grpc-js. */
export interface GrpcTransport extends Transport, Running {
  /** Throws `unavailable` when the service does not serve. */
  check(): Promise<void>;
}

/** Connects to the service at `address` (host:port). Connections are made when needed and come back by themselves. */
export function grpcTransport(address: string): GrpcTransport {
  const pool = new ChannelPool(address);
  return {
    unary: (method, signal, timeoutMs, header, input, contextValues) =>
      runUnaryCall({
        ...limitsOf(signal, timeoutMs ?? UNARY_DEADLINE_MS),
        req: { stream: false, method, message: input, ...requestOf(method, address, header, contextValues) },
        next: async (request) => {
          const message = await pool.withChannel((channel) =>
            callUnary(channel, method, request.message, request.header, request.signal),
          );
          return { stream: false, method, message, ...answerOf(method) };
        },
      }),
    stream: (method, signal, timeoutMs, header, input, contextValues) =>
      runStreamingCall({
        ...limitsOf(signal, timeoutMs ?? STREAM_DEADLINE_MS),
        req: { stream: true, method, message: input, ...requestOf(method, address, header, contextValues) },
        next: async (request) => {
          const message = callStream(pool, method, request.message, request.header, request.signal);
          return { stream: true, method, message, ...answerOf(method) };
        },
      }),
    check: () => pool.withChannel(checkHealth),
    stop: async () => pool.close(),
  };
}

function callUnary<I extends DescMessage, O extends DescMessage>(
  channel: Client,
  method: DescMethodUnary<I, O>,
  message: MessageShape<I>,
  header: Headers,
  signal: AbortSignal,
): Promise<MessageShape<O>> {
  const { path, requestSerialize } = definitionOf(method);
  return new Promise((resolve, reject) => {
    const answered = (error: ServiceError | null, answer?: Uint8Array) => {
      signal.removeEventListener("abort", cancel);
      if (error !== null) reject(fromStatus(error));
      else resolve(readMessage(method.output, answer));
    };
    const call = channel.makeUnaryRequest(
      path,
      requestSerialize,
      (bytes) => bytes,
      message,
      toMetadata(header),
      answered,
    );
    const cancel = () => call.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
  });
}

/** Reads a server stream on a channel of its own; leaving the loop early cancels the call. */
async function* callStream<I extends DescMessage, O extends DescMessage>(
  pool: ChannelPool,
  method: DescMethodStreaming<I, O>,
  messages: AsyncIterable<MessageShape<I>>,
  header: Headers,
  signal: AbortSignal,
): AsyncIterable<MessageShape<O>> {
  const { path, requestSerialize } = definitionOf(method);
  const message = await only(messages);
  const { channel, release } = pool.openStream();
  const call = channel.makeServerStreamRequest(path, requestSerialize, (bytes) => bytes, message, toMetadata(header));
  let isOpen = true;
  // Not only when the loop ends: whoever aborts has often stopped reading, and then it never goes on.
  const end = () => {
    if (!isOpen) return;
    isOpen = false;
    signal.removeEventListener("abort", end);
    call.cancel();
    release();
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  try {
    for await (const bytes of call) yield readMessage(method.output, bytes);
  } catch (error) {
    throw isServiceError(error) ? fromStatus(error) : error;
  } finally {
    end();
  }
}

/** The one message that a server stream is asked with. */
async function only<T>(messages: AsyncIterable<T>): Promise<T> {
  for await (const message of messages) return message;
  throw new ConnectError("the request has no message", Code.InvalidArgument);
}

function readMessage<O extends DescMessage>(output: O, bytes: unknown): MessageShape<O> {
  if (!(bytes instanceof Uint8Array)) throw new ConnectError("the answer has no message", Code.Internal);
  return fromBinary(output, bytes);
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "metadata" in error && "details" in error;
}
