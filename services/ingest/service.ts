import { remoteKeys } from "@gigtrail/platform/auth/remote-keys";
import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { loadConfig } from "@gigtrail/platform/config";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { stopAll } from "@gigtrail/platform/lifecycle";
import { startRunner } from "@gigtrail/platform/jobs/runner";
import { repeat } from "@gigtrail/platform/repeat";
import { route } from "@gigtrail/platform/rpc/routes";
import type { RunningService, Service, Surroundings } from "@gigtrail/platform/service";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { ChunkIntake } from "./chunks/chunk-intake.ts";
import { BlockMerger } from "./compaction/block-merger.ts";
import { ingestConfig } from "./config.ts";
import type { IngestContext } from "./context.ts";
import { migrations } from "./db/migrations.ts";
import type { IngestSchema } from "./db/schema.ts";
import { jobHandlers } from "./jobs/handlers.ts";
import { SessionKeyCache } from "./keys/session-key-cache.ts";
import { SessionKeys } from "./keys/session-keys.ts";
import { JOB_WORKERS } from "./limits.ts";
import { relayOutbox, trimOutbox } from "./outbox/relay.ts";
import { ChunkPreparer } from "./preparing/chunk-preparer.ts";
import { ingestRoutes } from "./routes.ts";
import { DiskSpace } from "./storage/disk-space.ts";
import { Standings } from "./storage/standings.ts";
import { UploadGuard } from "./storage/upload-guard.ts";
import { doomOrphans, removeDoomed, removeUnfinished } from "./sweeps/blob-sweep.ts";
import { endQuietSessions, QUIET_SWEEP_MS } from "./sweeps/quiet-sessions.ts";
import { retain, retainAll } from "./sweeps/retention.ts";
import { RetentionSweep } from "./sweeps/retention-sweep.ts";

/** How often the outbox is looked at without being woken, in milliseconds. */
const OUTBOX_SWEEP_MS = 2_000;
/** How often doomed blobs are looked for without being woken, in milliseconds. */
const DOOMED_SWEEP_MS = 60_000;
/** How often blobs without a row, and old outbox rows, are looked for, in milliseconds. */
const ORPHAN_SWEEP_MS = 60 * 60_000;

/** Takes recordings in and gives them back. */
export const ingestService: Service = { name: "ingest", migrations, start };

async function start(surroundings: Surroundings): Promise<RunningService> {
  const { env, log, bus, blobs, masterKey, metrics, transport } = surroundings;
  const config = loadConfig(ingestConfig, env);
  const db = await openDatabase<IngestSchema>(surroundings.database, "ingest", migrations, log);
  await blobs.check();
  const keys = new SessionKeys(masterKey.derive("ingest/workspace-keys"));
  const preparer = new ChunkPreparer();
  const merger = new BlockMerger();
  const standings = new Standings({ db, instance: config, onFull: (workspaceId) => retention.wake(workspaceId) });
  const disk = await DiskSpace.watch(blobs, config.MIN_FREE_DISK_BYTES, log);
  const guard = new UploadGuard(standings, disk);
  const intake = new ChunkIntake({ db, blobs, keys: new SessionKeyCache(keys), preparer, guard });
  const outbox = repeat("outbox", OUTBOX_SWEEP_MS, () => relayOutbox({ db, bus }), log);
  const doomed = repeat("doomed blobs", DOOMED_SWEEP_MS, () => removeDoomed({ db, blobs, log }), log);
  const orphans = repeat(
    "orphaned blobs",
    ORPHAN_SWEEP_MS,
    async () => sweepOrphans({ db, blobs, log }, doomed.wake),
    log,
  );
  const context: IngestContext = {
    config,
    db,
    blobs,
    bus,
    log,
    metrics,
    keys,
    intake,
    standings,
    guard,
    disk,
    wake: { outbox: outbox.wake, sweep: doomed.wake, retention: (workspaceId) => retention.wake(workspaceId) },
  };
  const retention = new RetentionSweep(
    { one: (workspaceId) => retain(context, workspaceId), all: () => retainAll(context) },
    log,
  );
  const quiet = repeat("quiet sessions", QUIET_SWEEP_MS, () => endQuietSessions(context), log);
  const handlers = jobHandlers(context, merger);
  const runner = startRunner({ db, bus, log, metrics, handlers, concurrency: JOB_WORKERS });
  const closeDatabase = { stop: () => db.close() };
  return {
    routes: [route(IngestService, ingestRoutes(context))],
    verify: createTokenVerifier("ingest", remoteKeys(transport("auth"))),
    async ready() {
      await db.check();
      await blobs.check();
      await bus.check();
    },
    stop: () =>
      stopAll([closeDatabase, preparer, merger, orphans, doomed, outbox, disk, retention, quiet, runner], log),
  };
}

async function sweepOrphans(needs: Pick<IngestContext, "db" | "blobs" | "log">, removeSoon: () => void) {
  if ((await doomOrphans(needs, Date.now())) > 0) removeSoon();
  await removeUnfinished(needs, Date.now());
  await trimOutbox(needs);
  return false;
}
