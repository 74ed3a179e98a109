import type { Random } from "../random/random.ts";
import type { Victims } from "./fault.ts";
import { type FaultName, faultKinds } from "./fault-kinds.ts";

/** A fault that has come about. */
export interface InflictedFault {
  readonly name: FaultName;
  /** When it began, and when all that it broke could work again, in milliseconds since the first one. */
  readonly beginMs: number;
  readonly healedMs: number;
  /** From its healing to the next chunk that was acknowledged, in milliseconds; undefined when none came any more. */
  recoveryMs: number | undefined;
}

/** What came of a plan. */
export interface PlayedFaults {
  readonly inflicted: readonly InflictedFault[];
  /** Faults that found nothing to hit, or could not be done: their names, with the error where there was one. */
  readonly missed: readonly string[];
}

/** How faults are played. */
export interface PlayOptions {
  readonly victims: Victims;
  readonly random: Random;
  /** From the first to the last of the plan, in milliseconds. */
  readonly overMs: number;
  /** When a chunk was last acknowledged, by performance.now(). */
  readonly lastAckMs: () => number;
  readonly onFault: (fault: InflictedFault) => void;
}

/** How often it is looked whether a chunk has been acknowledged since, in milliseconds, and for how long. */
const RECOVERY_POLL_MS = 20;
const RECOVERY_PATIENCE_MS = 60_000;

/** Begins the faults of a plan at even distances, whatever the earlier ones are still doing, and waits for all. */
export async function playFaults(plan: readonly FaultName[], options: PlayOptions): Promise<PlayedFaults> {
  const { victims, random, overMs, lastAckMs, onFault } = options;
  const kinds = faultKinds();
  const startMs = performance.now();
  const inflicted: InflictedFault[] = [];
  const missed: string[] = [];
  const inflict = async (name: FaultName): Promise<void> => {
    const beginMs = performance.now();
    try {
      if (!(await kinds[name].inflict(victims, random))) return void missed.push(name);
    } catch (error) {
      return void missed.push(`${name}: ${String(error)}`);
    }
    const healedMs = performance.now();
    const fault: InflictedFault = {
      name,
      beginMs: beginMs - startMs,
      healedMs: healedMs - startMs,
      recoveryMs: undefined,
    };
    inflicted.push(fault);
    onFault(fault);
    while (lastAckMs() < healedMs && performance.now() < healedMs + RECOVERY_PATIENCE_MS)
      await Bun.sleep(RECOVERY_POLL_MS);
    if (lastAckMs() >= healedMs) fault.recoveryMs = lastAckMs() - healedMs;
  };
  const running: Promise<void>[] = [];
  for (const [index, name] of plan.entries()) {
    const atMs = (overMs * index) / plan.length;
    await Bun.sleep(Math.max(0, startMs + atMs - performance.now()));
    running.push(inflict(name));
  }
  await Promise.all(running);
  return { inflicted, missed };
}
