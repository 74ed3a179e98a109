import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import type { Bus } from "@gigtrail/platform/bus/bus";
import type { Database } from "@gigtrail/platform/db/database";
import type { Log } from "@gigtrail/platform/log";
import type { ExportSchema } from "./db/schema.ts";
import type { FileKeys } from "./files/file-keys.ts";
import type { Upstream } from "./sources/upstream.ts";

/** What the RPCs, the writer and the sweeps of export stand on. */
export interface ExportContext {
  readonly db: Database<ExportSchema>;
  readonly blobs: BlobStore;
  readonly bus: Bus;
  readonly log: Log;
  /** Makes and opens the keys of files. */
  readonly keys: FileKeys;
  /** The services that data comes from. */
  readonly upstream: Upstream;
  /** Tells the sweep that there are files to remove. */
  readonly wakeSweep: () => void;
}
