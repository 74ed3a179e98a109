import type { ScrubPolicy } from "./policy.ts";

/** What holds for one JSON text while it is scrubbed. */
export interface ScrubScope {
  readonly policy: ScrubPolicy;
  /** The text has a hint of a token: every string is looked at, not only the suspect ones. */
  readonly everyString: boolean;
  /** How many strings this JSON lies in: 0 for the events themselves. */
  readonly level: number;
}
