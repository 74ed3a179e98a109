import { DEFAULT_RETRY_POLICY, type RetryPolicy } from "@gigtrail/recorder/core/retry";

/** No wait of a client is longer, in milliseconds: what lasts minutes for a person must fit into a run. */
const MAX_WAIT_MS = 1_500;

/** How the clients of a run repeat calls: as everybody's, but sooner. */
export const HURRIED: Partial<RetryPolicy> = {
  baseDelayMs: 100,
  maxDelayMs: MAX_WAIT_MS,
  sleep: (ms, signal) => DEFAULT_RETRY_POLICY.sleep(Math.min(ms, MAX_WAIT_MS), signal),
};

/** Repeats a call until it succeeds; throws its last error when that is final, or when it is told to stop. */
export async function untilDone<T>(
  call: () => Promise<T>,
  stop: AbortSignal,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (stop.aborted || isFinal(error)) throw error;
      await Bun.sleep(MAX_WAIT_MS / 2);
    }
  }
}
