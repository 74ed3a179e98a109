import type { Database } from "@gigtrail/platform/db/database";
import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import type { Bus } from "@gigtrail/platform/bus/bus";
import type { Metrics } from "@gigtrail/platform/metrics";
import type { Log } from "@gigtrail/platform/log";
import type { ChunkIntake } from "./chunks/chunk-intake.ts";
import type { IngestSchema } from "./db/schema.ts";
import type { SessionKeys } from "./keys/session-keys.ts";
import type { IngestConfig } from "./config.ts";
import type { DiskSpace } from "./storage/disk-space.ts";
import type { Standings } from "./storage/standings.ts";
import type { UploadGuard } from "./storage/upload-guard.ts";

/** What the RPCs of ingest stand on. */
export interface IngestContext {
  readonly config: IngestConfig;
  readonly db: Database<IngestSchema>;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly keys: SessionKeys;
  /** Where chunks go: checks, masks, seals and commits them. */
  readonly intake: ChunkIntake;
  /** How each workspace stands: its settings, and how much it has stored. */
  readonly standings: Standings;
  /** Refuses uploads for which there is no room. */
  readonly guard: UploadGuard;
  /** How much room is left for blobs. */
  readonly disk: DiskSpace;
  /** Tells the background work that there is something to publish or to remove, and retention that a workspace needs it. */
  readonly wake: { outbox(): void; sweep(): void; retention(workspaceId: string): void };
}
