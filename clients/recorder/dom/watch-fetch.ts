import { type Answer, graphqlUrl, MAX_ANSWER_LENGTH } from "./graphql-answer.ts";
import { wrapMethod } from "./wrap-method.ts";

/**
 * Tells of GraphQL answers that the page fetches. The page gets its own response, unread: ours is a clone, taken before
 * the page can read. Requests to other addresses pass untouched.
 */
export function watchFetch(onAnswer: (answer: Answer) => void, onError: (error: unknown) => void): () => void {
  return wrapMethod(
    window,
    "fetch",
    ({ args, result }) => {
      const url = graphqlUrl(args[0]);
      if (url === undefined || !(result instanceof Promise)) return result;
      const startedAt = performance.now();
      // The page gets a promise of its own: listening on the one it would hold marks a rejection as handled.
      return result.then((response: unknown) => {
        if (response instanceof Response) listen(response, url, startedAt, onAnswer, onError);
        return response;
      });
    },
    onError,
  );
}

function listen(
  response: Response,
  url: string,
  startedAt: number,
  onAnswer: (answer: Answer) => void,
  onError: (error: unknown) => void,
): void {
  if (response.bodyUsed || !(response.headers.get("content-type") ?? "").includes("json")) return;
  const { status } = response;
  const read = async (copy: Response) => {
    const text = await readText(copy);
    if (text === undefined) return;
    const body: unknown = JSON.parse(text);
    onAnswer({ url, status, durationMs: performance.now() - startedAt, body });
  };
  read(response.clone()).catch(onError);
}

/** Text of a response; undefined where it has none or too much. */
async function readText(response: Response): Promise<string | undefined> {
  if (!response.body) return undefined;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += value;
    if (text.length > MAX_ANSWER_LENGTH) break;
  }
  await reader.cancel();
  return undefined;
}
