import type { Database } from "@gigtrail/platform/db/database";
import type { IngestSchema } from "../db/schema.ts";
import { type EffectiveSettings, type InstanceSettings, readSettings } from "../settings/recording-settings.ts";
import { readUsedBytes } from "./used-bytes.ts";

/**
 * How long a workspace's settings and used bytes are remembered, in milliseconds: new settings hold within this, and what
 * other processes commit counts within this.
 */
const STANDING_MS = 5_000;
/** Workspaces remembered at most. */
const MAX_STANDINGS = 2_000;

/** What a workspace may store, and how much it has. */
export interface Standing {
  readonly settings: EffectiveSettings;
  /** Bytes at rest, with what this process has committed since they were read; 0 where there is no budget. */
  usedBytes: number;
}

/** What the standings stand on. */
export interface StandingsOptions {
  readonly db: Database<IngestSchema>;
  readonly instance: InstanceSettings;
  /** Told when a workspace that lets its oldest sessions go has used up its budget; at most every STANDING_MS. */
  readonly onFull: (workspaceId: string) => void;
}

interface Kept {
  readonly loading: Promise<Standing>;
  readonly untilMs: number;
}

/** Remembers for a moment how each workspace stands, so that a burst of chunks asks for it once. */
export class Standings {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly options: StandingsOptions) {}

  /** How a workspace stands. */
  get(workspaceId: string): Promise<Standing> {
    const known = this.#kept.get(workspaceId);
    if (known !== undefined && known.untilMs > Date.now()) return known.loading;
    const loading = this.#load(workspaceId);
    const kept = { loading, untilMs: Date.now() + STANDING_MS };
    this.#kept.delete(workspaceId);
    if (this.#kept.size >= MAX_STANDINGS) this.#kept.delete(this.#kept.keys().next().value ?? "");
    this.#kept.set(workspaceId, kept);
    // A failure is answered to whoever asked, and not remembered.
    loading.catch(() => {
      if (this.#kept.get(workspaceId) === kept) this.#kept.delete(workspaceId);
    });
    return loading;
  }

  /** Counts what was committed, until the used bytes are read anew. */
  add(standing: Standing, workspaceId: string, bytes: number): void {
    const wasFull = isFull(standing);
    standing.usedBytes += bytes;
    if (!wasFull) this.#tellIfFull(workspaceId, standing);
  }

  /** Has the next question read anew: the settings have changed, or something was removed. */
  forget(workspaceId: string): void {
    this.#kept.delete(workspaceId);
  }

  async #load(workspaceId: string): Promise<Standing> {
    const { db, instance } = this.options;
    const standing = await db.inWorkspace(workspaceId, async (tx) => {
      const settings = await readSettings(tx, workspaceId, instance);
      return { settings, usedBytes: settings.byteBudget === 0 ? 0 : await readUsedBytes(tx, workspaceId) };
    });
    this.#tellIfFull(workspaceId, standing);
    return standing;
  }

  #tellIfFull(workspaceId: string, standing: Standing): void {
    if (standing.settings.removeOldest && isFull(standing)) this.options.onFull(workspaceId);
  }
}

/** Whether a workspace has used up its budget. */
export function isFull({ settings: { byteBudget }, usedBytes }: Standing): boolean {
  return byteBudget > 0 && usedBytes >= byteBudget;
}
