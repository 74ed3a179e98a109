import type { DescMessage, DescMethodUnary, MessageShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createHandlerContext,
  createRouterTransport,
  createServiceImplSpec,
  type Interceptor,
  type MethodImplSpec,
  type StreamResponse,
  type Transport,
  type UnaryRequest,
} from "@connectrpc/connect";
import { invokeUnaryImplementation, runUnaryCall } from "@connectrpc/connect/protocol";
import { toPublicError } from "../errors.ts";
import { UNARY_DEADLINE_MS } from "./limits.ts";
import type { Route } from "./routes.ts";
import { answerOf, limitsOf, requestOf } from "./transport-call.ts";

/** Stands in URLs for an address that there is none of. */
const ADDRESS = "in-memory";

/**
 * The transport to a service in the same process: the same interceptors, deadlines and errors, no socket. Messages of
 * unary calls are handed over as they are: writing and reading them again took a fifth of an upload's time.
 */
export function inMemoryTransport(routes: readonly Route[], interceptors: Interceptor[]): Transport {
  const specs = new Map<string, MethodImplSpec>();
  for (const { desc, impl } of routes) {
    const { methods } = createServiceImplSpec(desc, impl);
    for (const spec of Object.values(methods)) specs.set(nameOf(spec.method), spec);
  }
  const router = createRouterTransport(
    (connect) => {
      for (const { desc, impl } of routes) connect.service(desc, impl);
    },
    { router: { interceptors: [endWhenAborted, ...interceptors] } },
  );
  return {
    unary: (method, signal, timeoutMs = UNARY_DEADLINE_MS, header, input, contextValues) =>
      runUnaryCall({
        ...limitsOf(signal, timeoutMs),
        req: { stream: false, method, message: input, ...requestOf(method, ADDRESS, header, contextValues) },
        next: async (request) => {
          const message = await callUnary(specs.get(nameOf(method)), request, timeoutMs, interceptors);
          return { stream: false, method, message, ...answerOf(method) };
        },
      }),
    stream: (...call) => router.stream(...call),
  };
}

function nameOf(method: { parent: { typeName: string }; name: string }): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** Answers a call, or ends it when it is aborted, whether its handler hears of that or not. */
async function callUnary<I extends DescMessage, O extends DescMessage>(
  spec: MethodImplSpec | undefined,
  request: UnaryRequest<I, O>,
  timeoutMs: number,
  interceptors: Interceptor[],
): Promise<MessageShape<O>> {
  if (!isUnary<I, O>(spec)) throw new ConnectError("no such call", Code.Unimplemented);
  request.signal.throwIfAborted();
  const context = createHandlerContext({
    service: request.service,
    method: request.method,
    protocolName: ADDRESS,
    requestMethod: request.requestMethod,
    url: request.url,
    timeoutMs,
    requestSignal: request.signal,
    requestHeader: request.header,
  });
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(request.signal.reason);
  request.signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([
      invokeUnaryImplementation(spec, context, request.message, interceptors),
      aborted.promise,
    ]);
  } catch (error) {
    throw toPublicError(error);
  } finally {
    request.signal.removeEventListener("abort", abort);
  }
}

/** Whether a method was found under the name of a unary one: then it is that one, with its messages. */
function isUnary<I extends DescMessage, O extends DescMessage>(
  spec: MethodImplSpec | undefined,
): spec is MethodImplSpec<I, O> & { kind: "unary"; method: DescMethodUnary<I, O> } {
  return spec?.kind === "unary";
}

/**
 * A caller that goes away stops reading, and without a socket nothing tells the handler: it would stay suspended at
 * its last message for ever, with all that it holds. So its stream is ended when the call is aborted.
 */
const endWhenAborted: Interceptor = (next) => async (request) => {
  const answer = await next(request);
  return answer.stream ? { ...answer, message: endable(answer.message, request.signal) } : answer;
};

function endable(messages: StreamResponse["message"], signal: AbortSignal): StreamResponse["message"] {
  const iterator = messages[Symbol.asyncIterator]();
  // What the handler throws while it cleans up has nobody left to be told to; its own log has it.
  const end = () => void iterator.return?.().catch(() => undefined);
  signal.addEventListener("abort", end, { once: true });
  return { [Symbol.asyncIterator]: () => iterator };
}
