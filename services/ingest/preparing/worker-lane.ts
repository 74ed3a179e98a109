import { refusal } from "@gigtrail/platform/errors";
import type { Running } from "@gigtrail/platform/lifecycle";
import type { LaneReport, LaneRequest } from "./lane-worker.ts";

interface Waiting<Answer> {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** A Worker that does one request after the other. It is started with the first, and anew after it broke. */
export class WorkerLane<Request extends object, Answer> implements Running {
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #lastId = 0;

  /** `script` is the Worker's file; it must call answerRequests of lane-worker.ts. */
  constructor(private readonly script: URL) {}

  /**
   * Has a request done; what is in `handedOver` is gone for the caller and need not be copied. Rejects with the refusal
   * that the work ends with, and with `unavailable` when the lane is stopped.
   */
  ask(request: Request, handedOver: ArrayBuffer[] = []): Promise<Answer> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve, reject });
      worker.postMessage({ id: this.#lastId, request } satisfies LaneRequest<Request>, handedOver);
    });
  }

  /** How many requests are in its hands. */
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
    const worker = new Worker(this.script);
    const broken = (why: string) => {
      // One that was replaced or stopped has nothing to say any more.
      if (this.#worker !== worker) return;
      worker.terminate();
      this.#fail(new Error(`a worker ${why}`));
    };
    worker.onmessage = (event: MessageEvent<LaneReport<Answer>>) => {
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

function settle<Answer>(waiting: Waiting<Answer> | undefined, report: LaneReport<Answer>): void {
  if ("answer" in report) waiting?.resolve(report.answer);
  else if ("reason" in report) waiting?.reject(refusal(report.reason, { message: report.message }));
  else waiting?.reject(Object.assign(new Error(report.fault), { stack: report.stack }));
}
