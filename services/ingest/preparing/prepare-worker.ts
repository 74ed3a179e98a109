/** Runs in a Worker of worker-lane.ts. */
import { ConnectError } from "@connectrpc/connect";
import { reasonOf } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import { type PreparedChunk, prepareChunk, type PrepareRequest } from "./prepare-chunk.ts";

declare const self: Worker;

/** What the Worker is asked. */
export type LaneRequest = PrepareRequest & { readonly id: number };
/** What it answers. Errors lose their type on the way, so a refusal travels as words; anything else is a fault. */
export type LaneReport = { readonly id: number } & Outcome;

type Outcome =
  { prepared: PreparedChunk } | { reason: Reason; message: string } | { fault: string; stack: string | undefined };

self.onmessage = (event: MessageEvent<LaneRequest>) => {
  const { id, ...request } = event.data;
  const report: LaneReport = { id, ...prepare(request) };
  const sealed = "prepared" in report ? report.prepared.bytes.buffer : undefined;
  self.postMessage(report, sealed instanceof ArrayBuffer ? [sealed] : []);
};

function prepare(request: PrepareRequest): Outcome {
  try {
    const prepared = prepareChunk(request);
    // A copy of exact length: the buffer behind may be larger, and is handed over whole.
    return { prepared: { ...prepared, bytes: new Uint8Array(prepared.bytes) } };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== undefined && error instanceof ConnectError) return { reason, message: error.rawMessage };
    return error instanceof Error
      ? { fault: error.message, stack: error.stack }
      : { fault: String(error), stack: undefined };
  }
}
