import type { Log } from "@gigtrail/platform/log";

/**
 * A body of bytes that are made no faster than the client reads; `gone` is aborted when the client goes away. Bytes that
 * break off cut the connection, so that no client takes what it has for whole.
 * Bun frames every stream in chunks and drops its content-length (oven-sh/bun#10507): only HEAD tells a length.
 */
export function pullStream(
  bytes: AsyncIterator<Uint8Array, unknown, undefined>,
  gone: AbortController,
  log: Log,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await bytes.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      } catch (error) {
        if (!gone.signal.aborted) log.warn({ error }, "a download broke off");
        // Cuts the connection. With the error itself Bun would print all of it.
        controller.error();
      }
    },
    cancel() {
      gone.abort();
    },
  });
}
