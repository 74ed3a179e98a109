import { type Answer, graphqlUrl, MAX_ANSWER_LENGTH } from "./graphql-answer.ts";
import { wrapMethod } from "./wrap-method.ts";

/** Tells of GraphQL answers that the page gets by XMLHttpRequest; headers and what it sends are never read. */
export function watchXhr(onAnswer: (answer: Answer) => void, onError: (error: unknown) => void): () => void {
  const urls = new WeakMap<XMLHttpRequest, string>();
  const undoOpen = wrapMethod(
    XMLHttpRequest.prototype,
    "open",
    ({ self, args, result }) => {
      const url = graphqlUrl(args[1]);
      if (self instanceof XMLHttpRequest) {
        if (url === undefined) urls.delete(self);
        else urls.set(self, url);
      }
      return result;
    },
    onError,
  );
  const undoSend = wrapMethod(
    XMLHttpRequest.prototype,
    "send",
    ({ self, result }) => {
      const url = self instanceof XMLHttpRequest ? urls.get(self) : undefined;
      if (self instanceof XMLHttpRequest && url !== undefined) listen(self, url, onAnswer, onError);
      return result;
    },
    onError,
  );
  return () => {
    undoOpen();
    undoSend();
  };
}

function listen(
  request: XMLHttpRequest,
  url: string,
  onAnswer: (answer: Answer) => void,
  onError: (error: unknown) => void,
): void {
  const startedAt = performance.now();
  const onEnd = () => {
    try {
      const body = bodyOf(request);
      if (body !== undefined)
        onAnswer({ url, status: request.status, durationMs: performance.now() - startedAt, body });
    } catch (error) {
      onError(error);
    }
  };
  request.addEventListener("loadend", onEnd, { once: true });
}

function bodyOf(request: XMLHttpRequest): unknown {
  if (request.status === 0) return undefined;
  if (request.responseType === "json") return request.response;
  if (request.responseType !== "" && request.responseType !== "text") return undefined;
  if (!(request.getResponseHeader("content-type") ?? "").includes("json")) return undefined;
  return request.responseText.length > MAX_ANSWER_LENGTH ? undefined : JSON.parse(request.responseText);
}
