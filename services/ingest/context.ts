import type { Database } from "@gigtrail/platform/db/database";
import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import type { Bus } from "@gigtrail/platform/bus/bus";
import type { Log } from "@gigtrail/platform/log";
import type { ChunkIntake } from "./chunks/chunk-intake.ts";
import type { IngestSchema } from "./db/schema.ts";
import type { SessionKeys } from "./keys/session-keys.ts";

/** What the RPCs of ingest stand on. */
export interface IngestContext {
  readonly db: Database<IngestSchema>;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly log: Log;
  readonly keys: SessionKeys;
  /** Where chunks go: checks, masks, seals and commits them. */
  readonly intake: ChunkIntake;
  /** Tells the background work that there is something to publish or to remove. */
  readonly wake: { outbox(): void; sweep(): void };
}
