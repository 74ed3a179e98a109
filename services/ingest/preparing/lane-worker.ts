import { ConnectError } from "@connectrpc/connect";
import { reasonOf } from "@gigtrail/platform/errors";
import type { Reason } from "@gigtrail/platform/reasons";

/** What a lane asks its Worker. */
export interface LaneRequest<Request> {
  readonly id: number;
  readonly request: Request;
}

/** What it answers. Errors lose their type on the way, so a refusal travels as words; anything else is a fault. */
export type LaneReport<Answer> = { readonly id: number } & Outcome<Answer>;

type Outcome<Answer> =
  { answer: Answer } | { reason: Reason; message: string } | { fault: string; stack: string | undefined };

/**
 * What the script of a WorkerLane runs: does each request and reports what came of it. `handOver` names the buffers of
 * an answer that need not be copied.
 */
export function answerRequests<Request, Answer>(
  self: Worker,
  work: (request: Request) => Answer,
  handOver: (answer: Answer) => ArrayBufferLike[],
): void {
  self.onmessage = (event: MessageEvent<LaneRequest<Request>>) => {
    const { id, request } = event.data;
    const report: LaneReport<Answer> = { id, ...outcomeOf(() => work(request)) };
    const buffers = "answer" in report ? handOver(report.answer) : [];
    self.postMessage(
      report,
      buffers.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  };
}

function outcomeOf<Answer>(work: () => Answer): Outcome<Answer> {
  try {
    return { answer: work() };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== undefined && error instanceof ConnectError) return { reason, message: error.rawMessage };
    return error instanceof Error
      ? { fault: error.message, stack: error.stack }
      : { fault: String(error), stack: undefined };
  }
}
