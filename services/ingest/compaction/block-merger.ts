import type { Running } from "@gigtrail/platform/lifecycle";
import { WorkerLane } from "../preparing/worker-lane.ts";
import type { CompactAnswer, CompactRequest } from "./compact-worker.ts";
import type { BlockMeasure, MergeRequest, SealedBlock } from "./merge-blocks.ts";

/** Opens and merges blocks in a Worker of its own: neither the main loop nor chunks that arrive wait for it. */
export class BlockMerger implements Running {
  readonly #lane = new WorkerLane<CompactRequest, CompactAnswer>(new URL("./compact-worker.ts", import.meta.url));

  /** Looks into a block. Rejects when anything about it is not as it was. */
  async measure(key: Uint8Array, block: SealedBlock): Promise<BlockMeasure> {
    const answer = await this.#lane.ask({ kind: "measure", key: new Uint8Array(key), block });
    if (!("measure" in answer)) throw new Error("the worker has not measured");
    return answer.measure;
  }

  /** Makes one sealed block of several. */
  async merge(merge: MergeRequest): Promise<Uint8Array> {
    const answer = await this.#lane.ask({ kind: "merge", merge: { ...merge, key: new Uint8Array(merge.key) } });
    if (!("merged" in answer)) throw new Error("the worker has not merged");
    return answer.merged;
  }

  async stop(): Promise<void> {
    await this.#lane.stop();
  }
}
