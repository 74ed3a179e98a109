import { refusal } from "@gigtrail/platform/errors";
import type { Running } from "@gigtrail/platform/lifecycle";
import type { PreparedChunk, PrepareRequest } from "./prepare-chunk.ts";
import type { LaneReport, LaneRequest } from "./prepare-worker.ts";

interface Waiting {
  resolve(prepared: PreparedChunk): void;
  reject(error: unknown): void;
}

/** A Worker that prepares chunks one after the other. It is started with the first, and anew after it broke. */
export class WorkerLane implements Running {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** Prepares a chunk. Rejects with its refusal. */
  prepare(request: PrepareRequest): Promise<PreparedChunk> {
    const worker = (this.#worker ??= this.#start());
    // Copies of exact length: each may be a view of something larger, all of which would travel along.
    const payload = new Uint8Array(request.payload);
    const copied = { ...request, payload, sha256: new Uint8Array(request.sha256), key: new Uint8Array(request.key) };
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve, reject });
      worker.postMessage({ id: this.#lastId, ...copied } satisfies LaneRequest, [payload.buffer]);
    });
  }

  /** How many chunks are in its hands. */
  get length(): number {
    return this.#waiting.size;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.terminate();
    this.#fail(refusal("unavailable"));
  }

  #start(): Worker {
    const worker = new Worker(new URL("./prepare-worker.ts", import.meta.url));
    const broken = (why: string) => {
      // One that was replaced or stopped has nothing to say any more.
      if (this.#worker !== worker) return;
      worker.terminate();
      this.#fail(new Error(`a worker that prepares chunks ${why}`));
    };
    worker.onmessage = (event: MessageEvent<LaneReport>) => {
      settle(this.#waiting.get(event.data.id), event.data);
      this.#waiting.delete(event.data.id);
    };
    worker.onerror = (event) => broken(`failed: ${event.message}`);
    worker.onmessageerror = () => broken("sent what cannot be read");
    // An ended Worker says nothing else.
    worker.addEventListener("close", () => broken("ended"));
    return worker;
  }

  #fail(error: Error): void {
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

function settle(waiting: Waiting | undefined, report: LaneReport): void {
  if ("prepared" in report) waiting?.resolve(report.prepared);
  else if ("reason" in report) waiting?.reject(refusal(report.reason, { message: report.message }));
  else waiting?.reject(Object.assign(new Error(report.fault), { stack: report.stack }));
}
