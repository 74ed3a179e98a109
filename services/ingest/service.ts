import { remoteKeys } from "@gigtrail/platform/auth/remote-keys";
import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { stopAll } from "@gigtrail/platform/lifecycle";
import { repeat } from "@gigtrail/platform/repeat";
import { route } from "@gigtrail/platform/rpc/routes";
import type { RunningService, Service, Surroundings } from "@gigtrail/platform/service";
import { IngestService } from "@gigtrail/proto/gen/gigtrail/ingest/v1/ingest_service_pb";
import { ChunkIntake } from "./chunks/chunk-intake.ts";
import type { IngestContext } from "./context.ts";
import { migrations } from "./db/migrations.ts";
import type { IngestSchema } from "./db/schema.ts";
import { SessionKeyCache } from "./keys/session-key-cache.ts";
import { SessionKeys } from "./keys/session-keys.ts";
import { relayOutbox, trimOutbox } from "./outbox/relay.ts";
import { ChunkPreparer } from "./preparing/chunk-preparer.ts";
import { ingestRoutes } from "./routes.ts";
import { doomOrphans, removeDoomed } from "./sweeps/blob-sweep.ts";

/** How often the outbox is looked at without being woken, in milliseconds. */
const OUTBOX_SWEEP_MS = 2_000;
/** How often doomed blobs are looked for without being woken, in milliseconds. */
const DOOMED_SWEEP_MS = 60_000;
/** How often blobs without a row, and old outbox rows, are looked for, in milliseconds. */
const ORPHAN_SWEEP_MS = 60 * 60_000;

/** Takes recordings in and gives them back. */
export const ingestService: Service = { name: "ingest", migrations, start };

async function start(surroundings: Surroundings): Promise<RunningService> {
  const { log, bus, blobs, masterKey, transport } = surroundings;
  const db = await openDatabase<IngestSchema>(surroundings.database, "ingest", migrations, log);
  await blobs.check();
  const keys = new SessionKeys(masterKey.derive("ingest/workspace-keys"));
  const preparer = new ChunkPreparer();
  const intake = new ChunkIntake({ db, blobs, keys: new SessionKeyCache(keys), preparer });
  const outbox = repeat("outbox", OUTBOX_SWEEP_MS, () => relayOutbox({ db, bus }), log);
  const doomed = repeat("doomed blobs", DOOMED_SWEEP_MS, () => removeDoomed({ db, blobs, log }), log);
  const orphans = repeat(
    "orphaned blobs",
    ORPHAN_SWEEP_MS,
    async () => sweepOrphans({ db, blobs, log }, doomed.wake),
    log,
  );
  const context: IngestContext = {
    db,
    blobs,
    bus,
    log,
    keys,
    intake,
    wake: { outbox: outbox.wake, sweep: doomed.wake },
  };
  const closeDatabase = { stop: () => db.close() };
  return {
    routes: [route(IngestService, ingestRoutes(context))],
    verify: createTokenVerifier("ingest", remoteKeys(transport("auth"))),
    async ready() {
      await db.check();
      await blobs.check();
      await bus.check();
    },
    stop: () => stopAll([closeDatabase, preparer, orphans, doomed, outbox], log),
  };
}

async function sweepOrphans(needs: Pick<IngestContext, "db" | "blobs" | "log">, removeSoon: () => void) {
  if ((await doomOrphans(needs, Date.now())) > 0) removeSoon();
  await trimOutbox(needs);
  return false;
}
