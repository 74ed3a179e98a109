import type { BlobStore } from "@gigtrail/platform/blob/blob-store";
import { MasterKey } from "@gigtrail/platform/crypto/master-key";
import type { Database } from "@gigtrail/platform/db/database";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { createLog } from "@gigtrail/platform/log";
import { BlockMerger } from "../../compaction/block-merger.ts";
import { compactSession } from "../../compaction/compact-session.ts";
import { BlocksChangedError } from "../../compaction/pack-output.ts";
import type { SessionName } from "../../chunks/open-sessions.ts";
import { migrations } from "../../db/migrations.ts";
import type { IngestSchema } from "../../db/schema.ts";
import { SessionKeys } from "../../keys/session-keys.ts";
import { removeDoomed } from "../../sweeps/blob-sweep.ts";
import { type IngestUnderTest, MASTER_KEY } from "./ingest-under-test.ts";

/** Merges blocks when a test says so, beside the service, which does it by itself after a moment. */
export interface Compactor {
  readonly db: Database<IngestSchema>;
  readonly keys: SessionKeys;
  /** Merges a session's blocks and removes what nobody needs; once more where the service was at it at the same time. */
  compact(session: SessionName): Promise<void>;
  /** The same with another blob store or database, once, and without removing anything. */
  tryCompact(session: SessionName, more?: { blobs?: BlobStore; db?: Database<IngestSchema> }): Promise<void>;
  removeDoomed(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens a compactor on what an ingest under test stores. */
export async function openCompactor({
  database,
  blobs,
}: Pick<IngestUnderTest, "database" | "blobs">): Promise<Compactor> {
  const log = createLog("compactor", "silent");
  const db = await openDatabase<IngestSchema>({ ...database.surroundings, migrate: false }, "ingest", migrations, log);
  const keys = new SessionKeys(MasterKey.parse(MASTER_KEY).derive("ingest/workspace-keys"));
  const merger = new BlockMerger();
  const wake = { outbox: () => undefined, sweep: () => undefined, retention: () => undefined };
  const tryCompact: Compactor["tryCompact"] = (session, more = {}) =>
    compactSession({ db, blobs, keys, wake, merger, ...more }, session, new AbortController().signal);
  const sweep = async () => void (await removeDoomed({ db, blobs, log }));
  return {
    db,
    keys,
    tryCompact,
    removeDoomed: sweep,
    async compact(session) {
      while (!(await tryCompact(session).then(() => true, isChanged)));
      await sweep();
    },
    async stop() {
      await merger.stop();
      await db.close();
    },
  };
}

function isChanged(error: unknown): false {
  if (error instanceof BlocksChangedError) return false;
  throw error;
}
