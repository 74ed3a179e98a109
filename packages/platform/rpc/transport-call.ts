import type { DescMethod } from "@bufbuild/protobuf";
import { type ContextValues, createContextValues } from "@connectrpc/connect";

/** When a call ends at the latest. */
export function limitsOf(signal: AbortSignal | undefined, timeoutMs: number) {
  return signal === undefined ? { timeoutMs } : { timeoutMs, signal };
}

/** What Connect's interceptors are told of a request, beside its message. */
export function requestOf(method: DescMethod, address: string, header?: HeadersInit, contextValues?: ContextValues) {
  return {
    service: method.parent,
    requestMethod: "POST",
    url: `http://${address}`,
    header: new Headers(header),
    contextValues: contextValues ?? createContextValues(),
  };
}

/** What they are told of an answer beside its message: our services say everything in messages and errors. */
export function answerOf(method: DescMethod) {
  return { service: method.parent, header: new Headers(), trailer: new Headers() };
}
