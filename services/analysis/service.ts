import { remoteKeys } from "@gigtrail/platform/auth/remote-keys";
import { createTokenVerifier } from "@gigtrail/platform/auth/verify-token";
import { followChanges } from "@gigtrail/platform/changes/follow-changes";
import { openDatabase } from "@gigtrail/platform/db/open-database";
import { startRunner } from "@gigtrail/platform/jobs/runner";
import { stopAll } from "@gigtrail/platform/lifecycle";
import { route } from "@gigtrail/platform/rpc/routes";
import type { RunningService, Service, Surroundings } from "@gigtrail/platform/service";
import { AnalysisService } from "@gigtrail/proto/gen/gigtrail/analysis/v1/analysis_service_pb";
import { sessionChanges } from "./consumers/session-changes.ts";
import type { AnalysisContext } from "./context.ts";
import { migrations } from "./db/migrations.ts";
import type { AnalysisSchema } from "./db/schema.ts";
import { ANALYSE } from "./db/session-name.ts";
import { analyseJobs } from "./jobs/analyse.ts";
import { ANALYSES_AT_ONCE } from "./limits.ts";
import { analysisRoutes } from "./routes.ts";

/** Reads sessions and says what happened in them. */
export const analysisService: Service = { name: "analysis", migrations, start };

async function start(surroundings: Surroundings): Promise<RunningService> {
  const { log, bus, metrics, transport, credentials } = surroundings;
  const db = await openDatabase<AnalysisSchema>(surroundings.database, "analysis", migrations, log);
  const context: AnalysisContext = { db, bus, log };
  const runner = startRunner({
    db,
    bus,
    log,
    metrics,
    handlers: { [ANALYSE]: analyseJobs({ ...context, transport, credentials }) },
    concurrency: ANALYSES_AT_ONCE,
  });
  const following = await followChanges({ db, bus, log, transport, credentials, onChange: sessionChanges(context) });
  const closeDatabase = { stop: () => db.close() };
  return {
    routes: [route(AnalysisService, analysisRoutes(context))],
    verify: createTokenVerifier("analysis", remoteKeys(transport("auth"))),
    async ready() {
      await db.check();
      await bus.check();
    },
    stop: () => stopAll([closeDatabase, runner, following], log),
  };
}
