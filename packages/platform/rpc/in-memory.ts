import { createRouterTransport, type Interceptor, type StreamResponse, type Transport } from "@connectrpc/connect";
import type { Route } from "./routes.ts";

/** The transport to a service in the same process: the same messages, interceptors and errors, no socket. */
export function inMemoryTransport(routes: readonly Route[], interceptors: Interceptor[]): Transport {
  return createRouterTransport(
    (router) => {
      for (const { desc, impl } of routes) router.service(desc, impl);
    },
    { router: { interceptors: [endWhenAborted, ...interceptors] } },
  );
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
