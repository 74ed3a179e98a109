import type { Random } from "../random/random.ts";
import { FAULT_NAMES, type FaultName, faultKinds } from "./fault-kinds.ts";

/** Puts so many faults of these kinds in an order: each kind as often as its weight says, every kind at least once in twenty. */
export function planFaults(count: number, random: Random, names: readonly FaultName[] = FAULT_NAMES): FaultName[] {
  const kinds = faultKinds();
  const all = names.reduce((total, name) => total + kinds[name].weight, 0);
  // As many of each as the weights give, rounded up, so that the rarest of 200 come ten times.
  const planned = names.flatMap((name) =>
    Array.from({ length: Math.ceil((count * kinds[name].weight) / all) }, () => name),
  );
  return random.shuffled(planned);
}
