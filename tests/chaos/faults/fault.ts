import type { Random } from "../random/random.ts";
import type { ChaosSystem } from "../system/start-system.ts";
import type { ChaosClient } from "../workload/chaos-client.ts";

/** What a fault is done to. */
export interface Victims {
  readonly system: ChaosSystem;
  readonly clients: readonly ChaosClient[];
  /** How long a frozen process stays so, in milliseconds. */
  readonly freezeMs: number;
}

/** One kind of fault. */
export interface FaultKind {
  /** How often it comes for one of the dear kinds, which take seconds to heal. */
  readonly weight: number;
  /**
   * Does it and heals it: everything that it killed may be started again when this resolves. False: nothing was there
   * to be hit, so it does not count.
   */
  inflict(victims: Victims, random: Random): Promise<boolean>;
}
