import { refusal } from "@gigtrail/platform/errors";
import type { DiskSpace } from "./disk-space.ts";
import { isFull, type Standing, type Standings } from "./standings.ts";

/** When to ask again after the disk was low, in milliseconds. */
const DISK_RETRY_MS = 60_000;
/** When to ask again after the budget was used up and nothing makes room by itself, in milliseconds. */
const BUDGET_RETRY_MS = 300_000;
/** The same where the oldest sessions are being removed, in milliseconds. */
const REMOVING_RETRY_MS = 10_000;

/** Why the next upload would be refused. */
export interface Stop {
  readonly reason: "storage_low" | "byte_budget_exhausted";
  readonly retryAfterMs: number;
}

/** Refuses uploads for which there is no room, before they cost anything. */
export class UploadGuard {
  constructor(
    private readonly standings: Pick<Standings, "get" | "add">,
    private readonly disk: Pick<DiskSpace, "isLow">,
  ) {}

  /** Why a workspace's next upload would be refused; undefined when it would not. */
  async stopFor(workspaceId: string): Promise<Stop | undefined> {
    return this.#stop(await this.standings.get(workspaceId));
  }

  /**
   * Lets an upload pass and answers with how its workspace stands. Throws `storage_low` and `byte_budget_exhausted`. A
   * chunk that is stored already is refused too: to find that out, it would have to be unpacked. What is in hand does not
   * count, so a budget can be exceeded by what a process has in hand (MAX_BYTES_IN_HAND) and by what other processes
   * committed in the last seconds.
   */
  async admit(workspaceId: string): Promise<Standing> {
    const standing = await this.standings.get(workspaceId);
    const stop = this.#stop(standing);
    if (stop !== undefined) throw refusal(stop.reason, { retryAfterMs: stop.retryAfterMs });
    return standing;
  }

  /** Counts the bytes of a chunk that was admitted and is stored now. */
  stored(standing: Standing, workspaceId: string, bytes: number): void {
    this.standings.add(standing, workspaceId, bytes);
  }

  #stop(standing: Standing): Stop | undefined {
    if (this.disk.isLow) return { reason: "storage_low", retryAfterMs: DISK_RETRY_MS };
    if (!isFull(standing)) return undefined;
    const retryAfterMs = standing.settings.removeOldest ? REMOVING_RETRY_MS : BUDGET_RETRY_MS;
    return { reason: "byte_budget_exhausted", retryAfterMs };
  }
}
