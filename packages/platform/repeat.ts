import { pause, type Running } from "./lifecycle.ts";
import type { Log } from "./log.ts";

/** Work that repeats: at once when woken, and by itself every so often. */
export interface Background extends Running {
  wake(): void;
}

/**
 * Runs `work` when woken and every `everyMs`; again at once while it says that there is more. A failure is logged and
 * made up for the next time.
 */
export function repeat(what: string, everyMs: number, work: () => Promise<boolean>, log: Log): Background {
  const stopping = new AbortController();
  let sleeping = new AbortController();
  let woken = true;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      woken = false;
      const more = await work().catch((error: unknown) => {
        if (!stopping.signal.aborted) log.warn({ error, name: what }, "background work failed and is tried again");
        return false;
      });
      if (more || woken) continue;
      sleeping = new AbortController();
      await pause(everyMs, AbortSignal.any([sleeping.signal, stopping.signal]));
    }
  })();
  return {
    wake() {
      woken = true;
      sleeping.abort();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
