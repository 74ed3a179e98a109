import type { DescMethod, DescMethodServerStreaming, DescMethodUnary } from "@bufbuild/protobuf";
import { type ConnectRouter, type HandlerContext, type Transport } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import { forwardedHeaders } from "./forwarded-headers.ts";

/** Deadline of a unary call at the edge, in milliseconds: below the time after which a quiet connection is cut. */
export const EDGE_DEADLINE_MS = 10_000;

/** Adds an RPC to the router that hands the call to the service that has it, with the caller's token. */
export function forward(router: ConnectRouter, method: DescMethod, to: () => Transport, readMaxBytes: number): void {
  if (isUnary(method)) forwardUnary(router, method, to, readMaxBytes);
  else if (isServerStream(method)) forwardStream(router, method, to, readMaxBytes);
  else throw new Error(`${method.name}: browsers cannot stream requests`);
}

function isUnary(method: DescMethod): method is DescMethodUnary {
  return method.methodKind === "unary";
}

function isServerStream(method: DescMethod): method is DescMethodServerStreaming {
  return method.methodKind === "server_streaming";
}

function forwardUnary(router: ConnectRouter, method: DescMethodUnary, to: () => Transport, readMaxBytes: number): void {
  const call = async (request: Parameters<Transport["unary"]>[4], context: HandlerContext) => {
    const timeoutMs = Math.min(context.timeoutMs() ?? EDGE_DEADLINE_MS, EDGE_DEADLINE_MS);
    const answer = await to().unary(
      method,
      context.signal,
      timeoutMs,
      forwardedHeaders(context.requestHeader),
      request,
    );
    return answer.message;
  };
  router.rpc(method, call, { readMaxBytes });
}

function forwardStream(
  router: ConnectRouter,
  method: DescMethodServerStreaming,
  to: () => Transport,
  readMaxBytes: number,
): void {
  const call = async function* (request: Parameters<Transport["unary"]>[4], context: HandlerContext) {
    const messages = createAsyncIterable([request]);
    const answer = await to().stream(
      method,
      context.signal,
      context.timeoutMs(),
      forwardedHeaders(context.requestHeader),
      messages,
    );
    // Not yield*: what comes in has no `throw`, with which Connect ends this when the client goes away.
    for await (const message of answer.message) yield message;
  };
  router.rpc(method, call, { readMaxBytes });
}
