import { type Analysis, AnalysisState } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_pb";
import { backoffDelayMs, DEFAULT_RETRY_POLICY } from "@gigtrail/recorder/core/retry";
import type { CliIo } from "../io.ts";
import type { Connection } from "./connection.ts";
import { isUnreachable, reasonOf, retryAfterMsOf } from "./reason-of.ts";

/** The server sends something every 8 seconds; a line that is quiet for longer is dead. */
const QUIET_LINE_MS = 30_000;

/**
 * Yields each state of a session's analysis (undefined: nothing to tell yet) until it is done or has failed. A stream
 * that breaks off, or ends because its token does, is taken up again; one that never began is not.
 */
export async function* watchAnalysis(
  io: CliIo,
  connection: Connection,
  sessionId: string,
): AsyncGenerator<Analysis | undefined, void, undefined> {
  const policy = { ...DEFAULT_RETRY_POLICY, ...io.retry };
  let begun = false;
  for (let failures = 0; failures < policy.maxAttempts;) {
    const token = await connection.tokens.accessToken();
    const line = new QuietLine(io.signal);
    let failure: unknown;
    try {
      for await (const { analysis } of connection.analysis.watchAnalysis({ sessionId }, { signal: line.signal })) {
        line.heard();
        begun = true;
        failures = 0;
        yield analysis;
        if (analysis?.state === AnalysisState.DONE || analysis?.state === AnalysisState.FAILED) return;
      }
    } catch (error) {
      failure = error;
    } finally {
      line.end();
    }
    io.signal?.throwIfAborted();
    failures += 1;
    if (reasonOf(failure) === "token_expired") {
      if (failures > 1) throw failure;
      await connection.tokens.accessToken(token);
      continue;
    }
    const mayReturn = failure === undefined || line.wasQuiet || isUnreachable(failure);
    if (!begun || !mayReturn || failures >= policy.maxAttempts) throw failure ?? new Error("The stream ended early.");
    await policy.sleep(backoffDelayMs(failures - 1, retryAfterMsOf(failure), policy), io.signal);
  }
}

/** Aborts a stream that has gone quiet, and whatever is left of one that nobody reads any more. */
class QuietLine {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Aborted for having been quiet. */
  wasQuiet = false;
  /** For the call. */
  readonly signal: AbortSignal;

  constructor(outer: AbortSignal | undefined) {
    const own = this.#controller.signal;
    this.signal = outer === undefined ? own : AbortSignal.any([outer, own]);
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.wasQuiet = true;
      this.#controller.abort();
    }, QUIET_LINE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }
}
