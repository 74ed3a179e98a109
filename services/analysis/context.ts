import type { Bus } from "@gigtrail/platform/bus/bus";
import type { Database } from "@gigtrail/platform/db/database";
import type { Log } from "@gigtrail/platform/log";
import type { AnalysisSchema } from "./db/schema.ts";

/** What the RPCs of analysis stand on. */
export interface AnalysisContext {
  readonly db: Database<AnalysisSchema>;
  readonly bus: Bus;
  readonly log: Log;
}
