import type { Running } from "@gigtrail/platform/lifecycle";
import type { Log } from "@gigtrail/platform/log";
import { repeat } from "@gigtrail/platform/repeat";

/** How often all workspaces are looked at, in milliseconds. */
const SWEEP_MS = 60 * 60_000;

/** What retention does to one workspace, and to all. */
export interface Retention {
  one(workspaceId: string): Promise<void>;
  all(): Promise<boolean>;
}

/** Runs retention every hour in all workspaces, and at once in one that asks for it. */
export class RetentionSweep implements Running {
  readonly #asking = new Set<string>();
  readonly #runs: readonly [all: Running, asked: ReturnType<typeof repeat>];

  constructor(retention: Retention, log: Log) {
    const asked = async () => {
      const [next] = this.#asking;
      if (next === undefined) return false;
      this.#asking.delete(next);
      await retention.one(next);
      return true;
    };
    this.#runs = [
      repeat("retention", SWEEP_MS, () => retention.all(), log),
      repeat("retention that was asked for", SWEEP_MS, asked, log),
    ];
  }

  /** Looks at a workspace now: its settings have changed, or its budget is used up. */
  wake(workspaceId: string): void {
    this.#asking.add(workspaceId);
    this.#runs[1].wake();
  }

  async stop(): Promise<void> {
    for (const run of this.#runs) await run.stop();
  }
}
