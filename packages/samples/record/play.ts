import type { SampleAccount } from "../catalogue/account.ts";
import type { Stage } from "./stage.ts";

/** One recorded session: who does what, when. */
export interface Play {
  /** Stable name; its recordings are named so. */
  name: string;
  /** Name for people. */
  displayName: string;
  startsAt: Date;
  /** What others did since the session before: a client looks at a proposal. */
  meanwhile?(account: SampleAccount): void;
  /** Names of the tabs, in the order in which they are opened. */
  tabs: readonly string[];
  /** Plays it. */
  act(stage: Stage): Promise<void>;
}
