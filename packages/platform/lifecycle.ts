import type { Log } from "./log.ts";

/** How long a process may take to finish what it has in hand before it ends anyway, in milliseconds. */
export const DRAIN_MS = 10_000;

/** Something that was started and can be ended. */
export interface Running {
  /** Takes nothing new, finishes what is in hand, lets go of everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** Ends several things, last started first; one that fails does not keep the others. */
export async function stopAll(running: readonly Running[], log: Log): Promise<void> {
  for (const each of running.toReversed()) {
    try {
      await each.stop();
    } catch (error) {
      log.error({ error }, "could not be stopped cleanly");
    }
  }
}

/** Runs until SIGTERM or SIGINT, then drains and ends; a second signal, or DRAIN_MS, ends at once. */
export function runUntilSignal(running: Running, log: Log): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(130);
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    void running.stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

/** Waits, or ends the wait early when the signal is aborted. Never throws. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
