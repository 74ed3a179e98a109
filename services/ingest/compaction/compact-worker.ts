/** Runs in a Worker of block-merger.ts. */
import { answerRequests } from "../preparing/lane-worker.ts";
import { type BlockMeasure, measureBlock, mergeBlocks, type MergeRequest, type SealedBlock } from "./merge-blocks.ts";

declare const self: Worker;

/** What the Worker is asked. */
export type CompactRequest =
  { kind: "measure"; key: Uint8Array; block: SealedBlock } | { kind: "merge"; merge: MergeRequest };

/** What it answers, by what it was asked. */
export type CompactAnswer = { measure: BlockMeasure } | { merged: Uint8Array<ArrayBuffer> };

answerRequests<CompactRequest, CompactAnswer>(
  self,
  (request) =>
    request.kind === "measure"
      ? { measure: measureBlock(request.key, request.block) }
      : // A copy of exact length: the buffer behind may be larger, and is handed over whole.
        { merged: new Uint8Array(mergeBlocks(request.merge)) },
  (answer) => ("merged" in answer ? [answer.merged.buffer] : []),
);
