import { remoteKeys } from "@gigtrail/platform/auth/remote-keys";
import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { followChanges } from "@gigtrail/platform/changes/follow-changes";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { startRunner } from "@gigtrail/platform/jobs/runner";
import { type Running, stopAll } from "@gigtrail/platform/lifecycle";
import { repeat } from "@gigtrail/platform/repeat";
import { route } from "@gigtrail/platform/rpc/routes";
import type { RunningService, Service, Surroundings } from "@gigtrail/platform/service";
import { ExportService } from "@gigtrail/proto/gen/gigtrail/export/v1/export_service_pb";
import { followSessions } from "./consumers/session-changes.ts";
import type { ExportContext } from "./context.ts";
import { migrations } from "./db/migrations.ts";
import type { ExportSchema } from "./db/schema.ts";
import { FileKeys } from "./files/file-keys.ts";
import { WRITE_EXPORT } from "./jobs/kinds.ts";
import { writeExport } from "./jobs/write-export.ts";
import { WRITERS } from "./limits.ts";
import { exportRoutes } from "./routes.ts";
import { connectUpstream } from "./sources/upstream.ts";
import { doomOrphans, removeDoomed } from "./sweeps/blob-sweep.ts";
import { failDeadExports } from "./sweeps/dead-jobs-sweep.ts";
import { removeExpired } from "./sweeps/expiry-sweep.ts";

/** How often doomed files, expired exports and dead jobs are looked for without being woken, in milliseconds. */
const SWEEP_MS = 60_000;
/** How often files without a row are looked for, in milliseconds. */
const ORPHAN_SWEEP_MS = 60 * 60_000;

/** Takes data out in formats that other programs read. */
export const exportService: Service = { name: "export", migrations, start };

async function start(surroundings: Surroundings): Promise<RunningService> {
  const { log, bus, blobs, masterKey, metrics, transport, credentials } = surroundings;
  const db = await openDatabase<ExportSchema>(surroundings.database, "export", migrations, log);
  await blobs.check();
  const doomed = repeat("doomed files", SWEEP_MS, () => removeDoomed({ db, blobs, log }), log);
  const context: ExportContext = {
    db,
    blobs,
    bus,
    log,
    keys: new FileKeys(masterKey),
    upstream: connectUpstream(surroundings),
    wakeSweep: doomed.wake,
  };
  const following = await followChanges({ db, bus, log, transport, credentials, onChange: followSessions(context) });
  const handlers = { [WRITE_EXPORT]: writeExport(context) };
  const runner = startRunner({ db, bus, log, metrics, handlers, concurrency: WRITERS });
  const sweeps = startSweeps(context);
  const closeDatabase = { stop: () => db.close() };
  return {
    routes: [route(ExportService, exportRoutes(context))],
    verify: createTokenVerifier("export", remoteKeys(transport("auth"))),
    async ready() {
      await db.check();
      await blobs.check();
      await bus.check();
    },
    stop: () => stopAll([closeDatabase, doomed, ...sweeps, following, runner], log),
  };
}

function startSweeps(context: ExportContext): Running[] {
  const { log } = context;
  const endings = async () => {
    await failDeadExports(context);
    return removeExpired(context);
  };
  const orphans = async () => {
    if ((await doomOrphans(context, Date.now())) > 0) context.wakeSweep();
    return false;
  };
  return [
    repeat("expired exports", SWEEP_MS, endings, log),
    repeat("files without a row", ORPHAN_SWEEP_MS, orphans, log),
  ];
}
