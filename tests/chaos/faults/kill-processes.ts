import type { ProcessName } from "@gigtrail/dev-env/distributed/start-distributed";
import type { SupervisedProcess } from "../system/supervised-process.ts";
import type { FaultKind, Victims } from "./fault.ts";

/** How long a supervisor lets a killed process lie, in milliseconds. */
const DOWN_MS = { least: 100, most: 1_500 };
/** How long a fault waits for somebody who is well, in milliseconds, and how often it looks. */
const PATIENCE_MS = 8_000;
const POLL_MS = 100;

/** Kills a process of a service with SIGKILL. */
export function killProcess(name: ProcessName): FaultKind["inflict"] {
  return async ({ system }, random) => {
    const victim = await wellOne(system.processes[name], random.shuffled.bind(random));
    if (victim === undefined) return false;
    await victim.kill(random.between(DOWN_MS.least, DOWN_MS.most));
    return true;
  };
}

/** Kills a client at whatever line it is. */
export async function killClient({ clients }: Victims, random: Parameters<FaultKind["inflict"]>[1]): Promise<boolean> {
  await random.pick(clients).kill(random.between(0, DOWN_MS.most));
  return true;
}

/** The first process, in this order, that is up and not in the hands of another fault. */
export async function wellOne(
  processes: readonly SupervisedProcess[],
  order: (processes: readonly SupervisedProcess[]) => SupervisedProcess[],
): Promise<SupervisedProcess | undefined> {
  const ordered = order(processes);
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    const victim = ordered.find((each) => each.isWell);
    if (victim !== undefined) return victim;
    await Bun.sleep(POLL_MS);
  }
  return undefined;
}
