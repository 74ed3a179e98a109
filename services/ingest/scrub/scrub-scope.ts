import type { ScrubPolicy } from "./policy.ts";

/** What holds for one JSON text while it is scrubbed. */
export interface ScrubScope {
  readonly policy: ScrubPolicy;
  /** How many strings this JSON lies in: 0 for the events themselves. */
  readonly level: number;
  /**
   * Numbers of the nodes that the chunk showed so far to be fields for secrets. Only kept where typed text stays
   * readable: under every other policy what is stored of an event does not depend on the chunk that it came in.
   */
  readonly secretFields?: Set<number> | undefined;
}
