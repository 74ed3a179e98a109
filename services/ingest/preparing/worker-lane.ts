import { refusal } from "@gigtrail/platform/errors";
import type { Running } from "@gigtrail/platform/lifecycle";
import type { PreparedChunk, PrepareRequest } from "./prepare-chunk.ts";
import type { LaneReport } from "./prepare-worker.ts";

interface Waiting {
  resolve(prepared: PreparedChunk): void;
  reject(error: unknown): void;
}

/** A Worker that prepares chunks one after the other. It is started with the first, and anew after it broke. */
export class WorkerLane implements Running {
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];

  /** Prepares a chunk. Rejects with its refusal. */
  prepare(request: PrepareRequest): Promise<PreparedChunk> {
    const worker = (this.#worker ??= this.#start());
    // Copies of exact length: each may be a view of something larger, all of which would travel along.
    const payload = new Uint8Array(request.payload);
    const copied = { ...request, payload, sha256: new Uint8Array(request.sha256), key: new Uint8Array(request.key) };
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      worker.postMessage(copied, [payload.buffer]);
    });
  }

  /** How many chunks are in its hands. */
  get length(): number {
    return this.#waiting.length;
  }

  async stop(): Promise<void> {
    this.#worker?.terminate();
    this.#fail(refusal("unavailable"));
  }

  #start(): Worker {
    const worker = new Worker(new URL("./prepare-worker.ts", import.meta.url));
    worker.onmessage = (event: MessageEvent<LaneReport>) => settle(this.#waiting.shift(), event.data);
    worker.onerror = (event) => {
      worker.terminate();
      this.#fail(new Error(`a worker that prepares chunks failed: ${event.message}`));
    };
    return worker;
  }

  #fail(error: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

function settle(waiting: Waiting | undefined, report: LaneReport): void {
  if ("prepared" in report) waiting?.resolve(report.prepared);
  else if ("reason" in report) waiting?.reject(refusal(report.reason, { message: report.message }));
  else waiting?.reject(Object.assign(new Error(report.fault), { stack: report.stack }));
}
