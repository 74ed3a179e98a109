/** Runs in a Worker of chunk-decoder.ts. */
import { reasonOf } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";
import { ConnectError } from "@connectrpc/connect";
import type { EncodedChunk } from "./chunk-decoder.ts";
import { type DecodedChunk, decodeChunk } from "./decode-chunk.ts";

declare const self: Worker;

/** What the Worker is asked. */
export type DecodeRequest = EncodedChunk;
/** What it answers; errors lose their type on the way, so refusals travel as words. */
export type DecodeReport = { decoded: DecodedChunk } | { reason: Reason; message: string };

self.onmessage = (event: MessageEvent<DecodeRequest>) => {
  self.postMessage(report(event.data));
};

function report(request: DecodeRequest): DecodeReport {
  try {
    return { decoded: decodeChunk(request) };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === undefined || !(error instanceof ConnectError)) throw error;
    return { reason, message: error.rawMessage };
  }
}
