import { residentBytes } from "@gigtrail/load/measure/process-usage";
import type { Target } from "../target/start-target.ts";

/** How long a process may take to give memory back, in milliseconds: its collector runs as calls come, not by a clock. */
const SETTLE_MS = 90_000;
const LOOK_MS = 500;
/** Looks without a change after which memory counts as settled. */
const QUIET_LOOKS = 6;
/** What a process may have more than after warming up: a share of that, and this, in bytes. */
const MAX_GROWTH = 1.3;
const SLACK_BYTES = 64 * 1024 * 1024;
const MIB = 1024 * 1024;

/** What memory came to. */
export interface MemoryUse {
  readonly afterBytes: number;
  readonly complaints: readonly string[];
}

/** Waits until a process has stopped giving memory back, and gives what it holds, in bytes. Linux only. */
export async function settledBytes({ pid }: Target): Promise<number> {
  let least = residentBytes(pid);
  for (let quiet = 0; quiet < QUIET_LOOKS; quiet += 1) {
    await Bun.sleep(LOOK_MS);
    const now = residentBytes(pid);
    if (now < least - MIB) quiet = 0;
    least = Math.min(least, now);
  }
  return least;
}

/** Looks whether memory has grown; `beforeBytes` is what was held after warming up. */
export async function memoryUse({ pid, url }: Target, beforeBytes: number): Promise<MemoryUse> {
  const most = beforeBytes * MAX_GROWTH + SLACK_BYTES;
  const deadlineMs = Date.now() + SETTLE_MS;
  let afterBytes = residentBytes(pid);
  while (afterBytes > most && Date.now() < deadlineMs) {
    await fetch(`${url}/healthz/ready`);
    await Bun.sleep(LOOK_MS);
    afterBytes = residentBytes(pid);
  }
  const complaints = afterBytes <= most ? [] : [`memory has grown from ${mib(beforeBytes)} to ${mib(afterBytes)}`];
  return { afterBytes, complaints };
}

/** Bytes for people. */
export function mib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
