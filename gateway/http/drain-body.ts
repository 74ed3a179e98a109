/** Bytes of a refused body that are read all the same. */
const MAX_DRAINED_BYTES = 64 * 1024;
/** How long that may take, in milliseconds. */
const DRAIN_MS = 100;

/**
 * Reads what a client is still sending of a small body that was refused before it was read: one that finds its
 * connection closed while it writes may never see the answer. Returns whether the body is over.
 */
export async function drainBody(request: Request): Promise<boolean> {
  if (request.body === null || request.bodyUsed) return true;
  if (Number(request.headers.get("content-length") ?? 0) > MAX_DRAINED_BYTES) return false;
  return Promise.race([readToEnd(request.body), Bun.sleep(DRAIN_MS).then(() => false)]);
}

async function readToEnd(body: ReadableStream<Uint8Array>): Promise<boolean> {
  let bytes = 0;
  try {
    for await (const part of body) {
      bytes += part.length;
      if (bytes > MAX_DRAINED_BYTES) return false;
    }
    return true;
  } catch {
    // The client went away in the middle, as it may.
    return false;
  }
}
