import { cpuMsOf } from "./process-usage.ts";

/** How long is looked at once, in milliseconds. */
const LOOK_MS = 500;
/** CPU that a process with nothing to do takes of that time, at most. */
const IDLE_SHARE = 0.1;

/**
 * Waits until a server has done what it does after its answers (merging blocks, analysis), so that the next run does
 * not pay for it. Gives up after `patienceMs`.
 */
export async function untilQuiet(pids: readonly number[], patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (let last = cpuMsOf(pids); performance.now() < deadline;) {
    await Bun.sleep(LOOK_MS);
    const now = cpuMsOf(pids);
    if (now - last < LOOK_MS * IDLE_SHARE) return;
    last = now;
  }
}
