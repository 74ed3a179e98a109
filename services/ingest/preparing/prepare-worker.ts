/** Runs in a Worker of worker-lane.ts. */
import { answerRequests } from "./lane-worker.ts";
import { type PreparedChunk, prepareChunk, type PrepareRequest } from "./prepare-chunk.ts";

declare const self: Worker;

answerRequests<PrepareRequest, PreparedChunk>(
  self,
  (request) => {
    const prepared = prepareChunk(request);
    // A copy of exact length: the buffer behind may be larger, and is handed over whole.
    return { ...prepared, bytes: new Uint8Array(prepared.bytes) };
  },
  ({ bytes }) => [bytes.buffer],
);
